using OnlineCF.Core.Ratings;

namespace OnlineCF.Core.Tests.Ratings;

public sealed class HoldOutTests
{
    // Where each pair stands between 0 and 1, computed once apart from this code. A change here would move
    // hold-out ratings into the training split of every model that exists.
    public static TheoryData<long, long, double> KnownPlaces => new()
    {
        { 1, 1, 0.9140224628703029 },
        { 1, 2, 0.7376992526901169 },
        { 2, 1, 0.8766756214195504 },
        { 1, 318, 0.48174856835950086 },
        { 610, 193609, 0.15031199962782094 },
        { 7, 50, 0.17810188345138755 },
        { 42, 42, 0.4219653119048443 },
        { 123456789, 987654321, 0.6594309671775193 },
        { long.MaxValue, 1, 0.8174523890584591 },
        { 1, long.MaxValue, 0.5106827060283426 },
    };

    [Theory]
    [MemberData(nameof(KnownPlaces))]
    public void A_pair_keeps_its_place_for_ever(long userId, long movieId, double place)
    {
        Assert.False(HoldOut.Contains(userId, movieId, place));
        Assert.True(HoldOut.Contains(userId, movieId, Math.BitIncrement(place)));
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(0.2)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void The_share_held_out_is_the_fraction(double fraction)
    {
        const int side = 500;
        var held = Grid(side).Count(pair => HoldOut.Contains(pair.UserId, pair.MovieId, fraction));

        // Five standard deviations of a fair draw.
        var tolerance = 5 * Math.Sqrt(fraction * (1 - fraction) / (side * side));
        Assert.Equal(fraction, (double)held / (side * side), tolerance);
    }

    [Fact]
    public void Every_user_and_every_movie_has_its_share()
    {
        const int side = 500;
        var held = Grid(side).Where(pair => HoldOut.Contains(pair.UserId, pair.MovieId, 0.2)).ToList();

        // 100 expected of each; five standard deviations are 45.
        Assert.All(held.CountBy(pair => pair.UserId), count => Assert.InRange(count.Value, 55, 145));
        Assert.All(held.CountBy(pair => pair.MovieId), count => Assert.InRange(count.Value, 55, 145));
        Assert.Equal(side, held.DistinctBy(pair => pair.UserId).Count());
        Assert.Equal(side, held.DistinctBy(pair => pair.MovieId).Count());
    }

    [Fact]
    public void A_larger_fraction_only_adds_pairs()
    {
        double[] fractions = [0, 0.01, 0.1, 0.2, 0.3, 0.9, 1];
        foreach (var (userId, movieId) in Grid(60))
        {
            var held = fractions.Select(fraction => HoldOut.Contains(userId, movieId, fraction)).ToArray();

            Assert.Equal(held.Order(), held);
            Assert.False(held[0]);
            Assert.True(held[^1]);
        }
    }

    private static IEnumerable<(long UserId, long MovieId)> Grid(int side) =>
        from userId in Enumerable.Range(1, side)
        from movieId in Enumerable.Range(1, side)
        select ((long)userId, (long)movieId);
}
