using Grpc.Core;
using OnlineCF.Protocol.V1;
using OnlineCF.Server.Services;

namespace OnlineCF.Server.Tests.Limits;

public sealed class WatchedListTests
{
    [Fact]
    public void A_thousand_movies_with_titles_and_reasons_may_be_watched()
    {
        var list = ListOf(movies: 1000, reasons: 3);
        Assert.Same(list, WatchedList.Bounded(list));
    }

    [Fact]
    public void What_would_cost_a_megabyte_for_a_slow_client_is_refused()
    {
        var refusal = Assert.Throws<RpcException>(() => WatchedList.Bounded(ListOf(movies: 1000, reasons: 100)));
        Assert.Equal(StatusCode.ResourceExhausted, refusal.StatusCode);
    }

    private static RecommendResponse ListOf(int movies, int reasons) => new()
    {
        Movies =
        {
            Enumerable.Range(1, movies).Select(id => new RecommendedMovie
            {
                Movie = new Movie { MovieId = id, Title = $"A title as long as they are {id} (1999)", Genres = { "Drama", "Comedy" } },
                Reasons = { Enumerable.Range(1, reasons).Select(reason => new Reason { MovieId = reason, Title = $"Another such title {reason} (1999)", Weight = 1 }) },
            }),
        },
    };
}
