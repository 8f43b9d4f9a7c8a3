using OnlineCF.Cli.Replay;

namespace OnlineCF.Cli.Tests.Replay;

public sealed class PopularityListTests
{
    [Fact]
    public void List_is_the_most_rated_movies_that_the_user_has_not_rated()
    {
        var popularity = new PopularityList();
        foreach (var (user, movie) in new (long, long)[] { (1, 10), (2, 10), (3, 10), (1, 20), (2, 20), (1, 30), (3, 40) })
        {
            popularity.OnRating(user, movie);
        }

        Assert.True(popularity.Contains(9, 10, 1));
        Assert.False(popularity.Contains(9, 20, 1));
        Assert.True(popularity.Contains(9, 20, 2));
        Assert.True(popularity.Contains(2, 30, 1));
        Assert.False(popularity.Contains(2, 40, 1));
        Assert.False(popularity.Contains(2, 50, 10));
    }

    [Fact]
    public void Rating_again_counts_once()
    {
        var popularity = new PopularityList();
        popularity.OnRating(1, 10);
        popularity.OnRating(1, 10);
        popularity.OnRating(1, 5);

        Assert.True(popularity.Contains(2, 5, 1));
        Assert.False(popularity.Contains(2, 10, 1));
    }
}
