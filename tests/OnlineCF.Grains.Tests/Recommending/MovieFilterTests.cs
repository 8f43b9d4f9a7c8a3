using OnlineCF.Grains.Recommending;

namespace OnlineCF.Grains.Tests.Recommending;

public sealed class MovieFilterTests
{
    [Theory]
    [InlineData("Comedy", "", 0, 0, true)]
    [InlineData("comedy", "", 0, 0, true)]
    [InlineData("Drama", "", 0, 0, false)]
    [InlineData("", "Comedy", 0, 0, false)]
    [InlineData("", "Drama", 0, 0, true)]
    [InlineData("", "", 1995, 1995, true)]
    [InlineData("", "", 1996, 0, false)]
    [InlineData("", "", 0, 1994, false)]
    public void Genres_and_years_decide(string any, string none, int from, int to, bool passes)
    {
        var filter = new MovieFilter(Words(any), Words(none), from, to, []);
        Assert.Equal(passes, filter.Passes(["Comedy", "Romance"], 1995));
    }

    [Fact]
    public void Unknown_year_passes_open_bounds_alone()
    {
        Assert.True(MovieFilter.None.Passes([], 0));
        Assert.False(new MovieFilter([], [], 0, 2000, []).Passes([], 0));
        Assert.False(new MovieFilter([], [], 1990, 0, []).Passes([], 0));
    }

    private static string[] Words(string text) => text.Length == 0 ? [] : text.Split(',');
}
