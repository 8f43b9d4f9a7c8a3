using OnlineCF.Core.Ratings;

namespace OnlineCF.Core.Tests.Ratings;

public sealed class ForgettingTests
{
    private const int Pairs = 20_000;

    [Theory]
    [InlineData(0, 1)]
    [InlineData(500, 0.7071)]
    [InlineData(1000, 0.5)]
    [InlineData(3000, 0.125)]
    public void Of_an_age_s_ratings_a_share_of_two_to_minus_half_lives_counts(long age, double share) =>
        Assert.Equal(share, Kept(age, halfLife: 1000).Count / (double)Pairs, 0.012);

    [Fact]
    public void What_is_forgotten_stays_forgotten() => Assert.Subset(Kept(700, 1000), Kept(900, 1000));

    [Fact]
    public void Without_a_half_life_nothing_is() => Assert.Equal(Pairs, Kept(long.MaxValue, 0).Count);

    [Fact]
    public void It_has_nothing_to_do_with_the_hold_out()
    {
        var kept = Kept(1000, 1000);

        Assert.Equal(0.2, kept.Count(pair => HoldOut.Contains(pair, pair * 31, 0.2)) / (double)kept.Count, 0.015);
    }

    private static HashSet<long> Kept(long age, long halfLife) =>
        [.. Enumerable.Range(0, Pairs).Select(i => (long)i).Where(i => !Forgetting.Forgets(i, i * 31, age, halfLife))];
}
