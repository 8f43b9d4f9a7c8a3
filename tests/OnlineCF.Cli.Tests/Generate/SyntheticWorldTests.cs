using OnlineCF.Cli.Generate;
using OnlineCF.Cli.Import;

namespace OnlineCF.Cli.Tests.Generate;

public sealed class SyntheticWorldTests
{
    private static readonly SyntheticWorldOptions Options = new(Users: 800, Movies: 1500, Ratings: 60_000, Seed: 42);

    [Fact]
    public void The_same_seed_gives_the_same_world()
    {
        Assert.Equal(RatingsOf(Options), RatingsOf(Options));
        Assert.Equal(
            new SyntheticWorld(Options).Movies.Select(Text),
            new SyntheticWorld(Options).Movies.Select(Text));
    }

    [Fact]
    public void Another_seed_gives_another_world()
    {
        Assert.NotEqual(RatingsOf(Options), RatingsOf(Options with { Seed = 43 }));
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(3, 5, 15)]
    [InlineData(100, 20, 50)]
    [InlineData(100, 20, 1999)]
    [InlineData(10, 1000, 9_500)]
    [InlineData(2000, 300, 20_000)]
    public void The_world_has_exactly_the_ratings_asked_and_none_twice(int users, int movies, long ratings)
    {
        var all = RatingsOf(new SyntheticWorldOptions(users, movies, ratings, Seed: 1));

        Assert.Equal(ratings, all.Count);
        Assert.Equal(all.Count, all.Select(x => (x.UserId, x.MovieId)).Distinct().Count());
        Assert.All(all, x => Assert.InRange(x.UserId, 1, users));
        Assert.All(all, x => Assert.InRange(x.MovieId, 1, movies));
        Assert.Equal(Math.Min(users, ratings), all.Select(x => x.UserId).Distinct().Count());
    }

    [Fact]
    public void Stars_are_halves_from_one_half_to_five_and_times_are_past_and_rise_per_user()
    {
        var all = RatingsOf(Options);

        Assert.All(all, x => Assert.InRange(x.Value, 0.5f, 5));
        Assert.All(all, x => Assert.Equal(0, x.Value * 2 % 1));
        Assert.All(all, x => Assert.InRange(x.RatedAtMicros!.Value, 1_420_070_400_000_000, 1_767_225_600_000_000));
        Assert.All(
            all.Zip(all.Skip(1)).Where(x => x.First.UserId == x.Second.UserId),
            x => Assert.True(x.First.RatedAtMicros < x.Second.RatedAtMicros));
    }

    [Fact]
    public void Popularity_falls_with_the_rank_as_a_power_law()
    {
        double[] counts =
        [
            .. RatingsOf(Options with { Users = 4000, Ratings = 100_000 })
                .GroupBy(x => x.MovieId).Select(x => (double)x.Count()).OrderDescending(),
        ];

        // Least squares through log count over log rank, where ranks are neither saturated nor sparse.
        var points = Enumerable.Range(20, 480).Select(x => (X: Math.Log(x + 1), Y: Math.Log(counts[x]))).ToList();
        var (meanX, meanY) = (points.Average(x => x.X), points.Average(x => x.Y));
        var slope = points.Sum(x => (x.X - meanX) * (x.Y - meanY)) / points.Sum(x => (x.X - meanX) * (x.X - meanX));
        Assert.InRange(slope, -1.2, -0.6);
        Assert.InRange(counts.Take(15).Sum() / counts.Sum(), 0.08, 0.5);
    }

    [Fact]
    public void Tastes_can_be_learned()
    {
        var world = new SyntheticWorld(Options);
        var (match, count) = (0.0, 0);
        foreach (var rating in new SyntheticRatings(world).All().Take(20_000))
        {
            var affinity = world.AffinityOf(world.UserOf((int)rating.UserId - 1), (int)rating.MovieId - 1);
            match += Math.Sign(affinity) * (rating.Value - 3.5);
            count++;
        }

        Assert.True(match / count > 0.2, $"mean stars on the side of the taste: {match / count:0.000}");
    }

    [Fact]
    public void Titles_are_distinct_and_genres_known()
    {
        var movies = new SyntheticWorld(Options with { Movies = 6000 }).Movies;

        Assert.Equal(6000, movies.Select(x => x.Title).Distinct().Count());
        Assert.All(movies, x => Assert.NotEmpty(x.Genres));
        Assert.All(movies, x => Assert.All(x.Genres, genre => Assert.Contains(genre, SyntheticMovies.Genres)));
        Assert.All(movies, x => Assert.InRange(x.Year, 1930, SyntheticMovies.LastYear));
    }

    [Fact]
    public void A_title_has_the_article_that_its_next_word_needs()
    {
        var titles = new SyntheticWorld(Options with { Movies = 6000 }).Movies.Select(x => x.Title).ToList();

        Assert.Contains(titles, x => x.StartsWith("An Electric ", StringComparison.Ordinal));
        Assert.DoesNotContain(titles, x => x is ['A', ' ', 'A' or 'E' or 'I' or 'O' or 'U', ..]);
    }

    private static List<ParsedRating> RatingsOf(SyntheticWorldOptions options) =>
        [.. new SyntheticRatings(new SyntheticWorld(options)).All()];

    private static string Text(Core.Catalogue.Movie movie) =>
        $"{movie.MovieId} {movie.Title} {movie.Year} {string.Join('|', movie.Genres)}";
}
