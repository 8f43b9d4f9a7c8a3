using System.Net;
using Grpc.Core;
using OnlineCF.Core.Access;
using OnlineCF.Server.Access;
using OnlineCF.Server.Limits;
using OnlineCF.Server.Settings;

namespace OnlineCF.Server.Tests.Limits;

public sealed class CallerSharesTests
{
    private static readonly CallerKey Here = CallerKey.Of(null, IPAddress.Loopback);
    private static readonly CallerKey There = CallerKey.Of(null, IPAddress.Parse("192.0.2.1"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void A_caller_over_its_calls_a_second_is_refused_and_another_is_not()
    {
        using var shares = new CallerShares(new LimitsOptions { CallsPerSecond = 2 });
        shares.TakeCall(Here);
        shares.TakeCall(Here);

        var refusal = Assert.Throws<OverLimitException>(() => shares.TakeCall(Here));
        Assert.Equal((StatusCode.ResourceExhausted, "CallsPerSecond"), (refusal.StatusCode, refusal.Setting));
        Assert.Contains("127.0.0.1 has had its 2 calls a second", refusal.Status.Detail, StringComparison.Ordinal);
        Assert.Contains("Limits:CallsPerSecond", refusal.Status.Detail, StringComparison.Ordinal);
        Assert.Equal("1", refusal.Trailers.GetValue(OverLimitException.RetryAfterHeader));
        shares.TakeCall(There);
    }

    [Fact]
    public void A_batch_over_the_ratings_a_second_is_refused_until_it_would_fit()
    {
        using var shares = new CallerShares(new LimitsOptions { RatingsPerSecond = 10, MaxRatingsPerBatch = 100 });
        shares.TakeRatings(Here, 95);

        var refusal = Assert.Throws<OverLimitException>(() => shares.TakeRatings(Here, 95));
        Assert.Equal("RatingsPerSecond", refusal.Setting);
        Assert.Equal("9", refusal.RetryAfterSeconds);

        // None of the refused batch was taken.
        shares.TakeRatings(Here, 5);
        shares.TakeRatings(There, 95);
    }

    [Fact]
    public void A_batch_that_is_too_large_is_left_to_the_limit_that_says_so()
    {
        using var shares = new CallerShares(new LimitsOptions { RatingsPerSecond = 10, MaxRatingsPerBatch = 100 });
        shares.TakeRatings(Here, 101);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(50)]
    public async Task Used_up_tokens_come_back(int perSecond)
    {
        using var shares = new CallerShares(new LimitsOptions { RatingsPerSecond = perSecond, MaxRatingsPerBatch = perSecond });
        shares.TakeRatings(Here, perSecond);
        Assert.Throws<OverLimitException>(() => shares.TakeRatings(Here, 1));

        // Without refilling this would wait for ever; it cannot end before most of a second has passed.
        var started = TimeProvider.System.GetTimestamp();
        await shares.WaitForRatingsAsync(Here, perSecond, Cancellation);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Who_waits_for_tokens_stops_when_cancelled()
    {
        using var shares = new CallerShares(new LimitsOptions { RatingsPerSecond = 1, MaxRatingsPerBatch = 1000 });
        shares.TakeRatings(Here, 1000);
        using var cancelled = new CancellationTokenSource();
        var waiting = shares.WaitForRatingsAsync(Here, 1000, cancelled.Token).AsTask();
        Assert.False(waiting.IsCompleted);

        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Nobody_is_limited_unless_a_setting_says_so()
    {
        using var shares = new CallerShares(new LimitsOptions());
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
        {
            shares.TakeCall(Here);
            shares.TakeRatings(Here, 10_000);
            await shares.WaitForRatingsAsync(Here, 10_000, Cancellation);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.False(shares.LimitsCalls || shares.LimitsRatings);
    }

    [Fact]
    public void One_key_is_one_caller_wherever_it_comes_from()
    {
        var key = new Caller("key a", AccessRole.Reader, null, null);
        Assert.Equal(CallerKey.Of(key, IPAddress.Loopback), CallerKey.Of(key, IPAddress.Parse("192.0.2.1")));
        Assert.NotEqual(CallerKey.Of(key, IPAddress.Loopback), CallerKey.Of(key with { Name = "key b" }, IPAddress.Loopback));
    }

    [Theory]
    [InlineData("2001:db8::1", "2001:db8::2", true)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", false)]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1", true)]
    [InlineData("::ffff:192.0.2.1", "::ffff:192.0.2.2", false)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    public void Addresses_that_one_client_has_are_one_caller(string one, string other, bool isOne) =>
        Assert.Equal(isOne, CallerKey.Of(null, IPAddress.Parse(one)) == CallerKey.Of(null, IPAddress.Parse(other)));
}
