namespace OnlineCF.Scoring.Tests;

public sealed class RecentPopularityTests
{
    [Fact]
    public void Weight_fades_with_what_the_user_has_rated() =>
        Assert.Equal([0.1f, 0.075f, 0.05f, 0.01f], new[] { 0, 1, 3, 27 }.Select(RecentPopularity.WeightOf), (a, b) => MathF.Abs(a - b) < 1e-6f);

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(5_000)]
    [InlineData(1_000_000)]
    public void Likes_are_those_of_ratings_that_halve_every_five_thousand(int count)
    {
        var sum = Enumerable.Range(0, Math.Min(count, 200_000)).Sum(age => 0.5 * Math.Pow(2, -age / 5000.0));

        Assert.Equal(sum, RecentPopularity.LikesOf(count / 2, count), (1e-3 * sum) + 1e-9);
    }

    [Theory]
    [InlineData(new[] { 3.0, 11, 14 }, 4096, 1)]
    [InlineData(new[] { 3.0, 11, 14 }, 8, 0)]
    [InlineData(new[] { 3.0, 11, 14 }, 1e9, 2)]
    public void Half_life_is_the_one_that_keeps_about_as_many_likes(double[] massesLog2, double likes, int halfLife) =>
        Assert.Equal(halfLife, RecentPopularity.HalfLifeOf(massesLog2, newest: 0, likes));

    [Theory]
    [InlineData(2645f, float.NegativeInfinity, 0f)]
    [InlineData(2645f, 3f, -3f)]
    public void No_row_has_more_likes_than_the_most(float row, float most, float shift)
    {
        var likes = new RecentLikes([row, float.NegativeInfinity], shift, most);

        Assert.InRange(likes.LevelOf(0), 0, likes.MostLevel);
        Assert.Equal(0, likes.LevelOf(1));
        Assert.True(float.IsFinite(likes.MostLevel));
    }

    [Fact]
    public void End_of_an_even_flow_is_found_and_that_of_a_burst_to_a_few_weeks()
    {
        double[] MassesOf(IEnumerable<double> weeks) =>
            [.. new[] { 1, 8, 64 }.Select(halfLife => Math.Log2(weeks.Sum(week => Math.Pow(2, week / halfLife))))];

        Assert.Equal(500, RecentPopularity.NewestOf(MassesOf(Enumerable.Range(0, 5000).Select(i => i / 10.0))), 0.2);
        Assert.InRange(RecentPopularity.NewestOf(MassesOf(Enumerable.Repeat(500.0, 300))), 500, 504);
    }
}
