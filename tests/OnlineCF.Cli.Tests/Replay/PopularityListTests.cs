using OnlineCF.Cli.Replay;

namespace OnlineCF.Cli.Tests.Replay;

public sealed class PopularityListTests
{
    private static readonly HashSet<long> Nothing = [];

    [Fact]
    public void List_is_the_most_rated_movies_less_those_that_are_left_out()
    {
        var popularity = new PopularityList();
        foreach (var (user, movie) in new (long, long)[] { (1, 10), (2, 10), (3, 10), (1, 20), (2, 20), (1, 30), (3, 40) })
        {
            popularity.OnRating(user, movie);
        }

        Assert.Equal(0, popularity.PlaceOf(10, Nothing, 1));
        Assert.Equal(-1, popularity.PlaceOf(20, Nothing, 1));
        Assert.Equal(1, popularity.PlaceOf(20, Nothing, 2));
        Assert.Equal(0, popularity.PlaceOf(30, new HashSet<long> { 10, 20 }, 1));
        Assert.Equal(-1, popularity.PlaceOf(40, new HashSet<long> { 10, 20 }, 1));
        Assert.Equal(1, popularity.PlaceOf(40, new HashSet<long> { 10, 20 }, 2));
        Assert.Equal(-1, popularity.PlaceOf(50, Nothing, 10));
        Assert.Equal(-1, popularity.PlaceOf(10, Nothing, 0));
    }

    [Fact]
    public void Rating_again_counts_once()
    {
        var popularity = new PopularityList();
        popularity.OnRating(1, 10);
        popularity.OnRating(1, 10);
        popularity.OnRating(1, 5);

        Assert.Equal(0, popularity.PlaceOf(5, Nothing, 1));
        Assert.Equal(-1, popularity.PlaceOf(10, Nothing, 1));
    }
}
