using OnlineCF.Core.Catalogue;
using OnlineCF.Grains.Recommending;

namespace OnlineCF.Grains.Tests.Recommending;

public sealed class FilterTestTests
{
    [Theory]
    [InlineData("Comedy", "", 0, 0, true)]
    [InlineData("comedy", "", 0, 0, true)]
    [InlineData("Drama", "", 0, 0, false)]
    [InlineData("Drama,romance", "", 0, 0, true)]
    [InlineData("", "Comedy", 0, 0, false)]
    [InlineData("", "Drama", 0, 0, true)]
    [InlineData("Comedy", "ROMANCE", 0, 0, false)]
    [InlineData("", "", 1995, 1995, true)]
    [InlineData("", "", 1996, 0, false)]
    [InlineData("", "", 0, 1994, false)]
    public void Genres_and_years_decide(string any, string none, int from, int to, bool passes)
    {
        var filter = new MovieFilter(Words(any), Words(none), from, to, []);
        Assert.Equal(passes, Passes(filter, new Movie(1, "", 1995, ["Comedy", "Romance"], false)));
    }

    [Fact]
    public void Unknown_year_passes_open_bounds_alone()
    {
        var movie = new Movie(1, "", 0, [], false);
        Assert.True(Passes(MovieFilter.None, movie));
        Assert.False(Passes(new MovieFilter([], [], 0, 2000, []), movie));
        Assert.False(Passes(new MovieFilter([], [], 1990, 0, []), movie));
    }

    [Fact]
    public void Hidden_and_excluded_movies_never_pass()
    {
        Assert.False(Passes(MovieFilter.None, new Movie(1, "", 1995, [], true)));
        Assert.False(Passes(new MovieFilter([], [], 0, 0, [2, 1]), new Movie(1, "", 1995, [], false)));
        Assert.True(Passes(new MovieFilter([], [], 0, 0, [2, 3]), new Movie(1, "", 1995, [], false)));
    }

    private static bool Passes(MovieFilter filter, Movie movie) => new FilterTest(filter).Passes(movie);

    private static string[] Words(string text) => text.Length == 0 ? [] : text.Split(',');
}
