using System.Numerics;
using OnlineCF.Grains.Movies;

namespace OnlineCF.Grains.Tests.Movies;

public sealed class DecayedCountTests
{
    private const long Week = 7L * 24 * 3600 * 1_000_000;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1991)]
    public void Sum_depends_on_the_ratings_that_are_left_alone(int seed)
    {
        var random = new Random(seed);
        var (sum, times) = (new DecayedCount(0, []), new List<long>());
        for (var i = 0; i < 2000; i++)
        {
            if (times.Count > 0 && random.Next(3) == 0)
            {
                var taken = random.Next(times.Count);
                Assert.True(sum.TryTake(times[taken]), $"seed {seed}, step {i}");
                times.RemoveAt(taken);
            }
            else
            {
                times.Add(random.NextInt64(60 * 52 * Week));
                sum.Add(times[^1]);
            }

            if (i % 50 == 0)
            {
                var fresh = Sum(times.OrderBy(_ => random.Next()));
                Assert.Equal(fresh.Digits, sum.Digits);
                Assert.Equal(fresh.First, sum.First);
            }
        }

        times.ForEach(time => Assert.True(sum.TryTake(time)));
        Assert.Empty(sum.Digits);
    }

    [Fact]
    public void Logarithm_is_that_of_the_sum()
    {
        var random = new Random(3);
        long[] times = [.. Enumerable.Range(0, 300).Select(_ => (2600 * Week) + random.NextInt64(5 * Week))];
        var sum = Sum(times);
        var expected = 2600 + Math.Log2(times.Sum(time => Math.Pow(2, (time - (2600 * Week)) / (double)Week)));
        Assert.Equal(expected, DecayedCount.Log2(sum.First, sum.Digits), 1e-6);
        Assert.Equal(double.NegativeInfinity, DecayedCount.Log2(0, []));
    }

    [Fact]
    public void Digits_are_those_of_the_sum_of_powers_of_two()
    {
        // At the turn of a week every term is a whole power of two.
        long[] weeks = [0, 1, 31, 32, 33, 63, 64, 2900, 2900, 2900, 2901];
        var sum = Sum(weeks.Select(week => week * Week));
        var expected = weeks.Aggregate(BigInteger.Zero, (total, week) => total + (BigInteger.One << (int)(week + 31)));
        var digits = sum.Digits;
        var actual = BigInteger.Zero;
        for (var i = digits.Length - 1; i >= 0; i--)
        {
            actual = (actual << 32) + digits[i];
        }

        Assert.Equal(expected, actual << (32 * sum.First));
    }

    [Fact]
    public void What_was_never_added_cannot_be_taken()
    {
        Assert.False(new DecayedCount(0, []).TryTake(5 * Week));
        Assert.False(Sum([4 * Week]).TryTake(5 * Week));
        Assert.False(Sum([4 * Week]).TryTake(5000 * Week));
    }

    [Fact]
    public void Times_before_1970_count_as_of_then()
    {
        var (early, start) = (Sum([-Week]), Sum([0]));
        Assert.Equal(start.Digits, early.Digits);
        Assert.True(early.TryTake(-3 * Week));
    }

    private static DecayedCount Sum(IEnumerable<long> times)
    {
        var sum = new DecayedCount(0, []);
        foreach (var time in times)
        {
            sum.Add(time);
        }

        return sum;
    }
}
