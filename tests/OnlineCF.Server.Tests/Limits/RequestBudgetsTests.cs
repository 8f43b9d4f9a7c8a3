using System.Net;
using Grpc.Core;
using OnlineCF.Server.Limits;
using OnlineCF.Server.Settings;

namespace OnlineCF.Server.Tests.Limits;

public sealed class RequestBudgetsTests
{
    private static readonly CallerKey Here = CallerKey.Of(null, IPAddress.Loopback);
    private static readonly CallerKey There = CallerKey.Of(null, IPAddress.Parse("192.0.2.1"));

    private readonly RequestBudgets _budgets =
        new(new LimitsOptions { MaxConcurrentCalls = 2, MaxConcurrentStreams = 3, MaxStreamsPerClient = 2 });

    public static TheoryData<RequestKind> Streams =>
        [RequestKind.RatingStream, RequestKind.Upload, RequestKind.Watch, RequestKind.PageWatch];

    [Theory]
    [MemberData(nameof(Streams))]
    public void A_kind_that_is_full_refuses_nothing_of_another(RequestKind full)
    {
        _budgets.Open(full, Here);
        _budgets.Open(full, Here);
        _budgets.Open(full, There);

        Refused("Limits:MaxConcurrentStreams", full, There);
        foreach (var kind in Enum.GetValues<RequestKind>().Where(kind => kind != full))
        {
            _budgets.Open(kind, Here).Dispose();
        }
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void One_client_cannot_take_the_places_of_all(RequestKind kind)
    {
        _budgets.Open(kind, Here);
        _budgets.Open(kind, Here);

        Refused("Limits:MaxStreamsPerClient", kind, Here);
        _budgets.Open(kind, There);
    }

    [Fact]
    public void A_place_is_free_again_once_when_what_had_it_ends()
    {
        var first = _budgets.Open(RequestKind.Call, Here);
        _budgets.Open(RequestKind.Call, Here);
        Refused("Limits:MaxConcurrentCalls", RequestKind.Call, Here);

        first.Dispose();
        first.Dispose();
        _budgets.Open(RequestKind.Call, Here);
        Refused("Limits:MaxConcurrentCalls", RequestKind.Call, Here);
    }

    private void Refused(string setting, RequestKind kind, CallerKey client)
    {
        var refusal = Assert.Throws<OverLimitException>(() => _budgets.Open(kind, client));
        Assert.Equal(StatusCode.ResourceExhausted, refusal.StatusCode);
        Assert.Contains(setting, refusal.Status.Detail, StringComparison.Ordinal);
    }
}
