namespace OnlineCF.Scoring.Tests;

public sealed class MovieMaskTests
{
    [Fact]
    public void Mask_contains_exactly_the_rows_that_were_set()
    {
        var random = new Random(3);
        var mask = new MovieMask(500);
        var rows = new HashSet<int>();
        for (var i = 0; i < 100; i++)
        {
            var row = random.Next(500);
            mask.Set(row);
            rows.Add(row);
        }

        Assert.All(Enumerable.Range(-1, 700), row => Assert.Equal(rows.Contains(row), mask.Contains(row)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(64)]
    [InlineData(65)]
    public void Row_beyond_the_mask_reads_as_not_set_and_can_be_set(int count)
    {
        var mask = new MovieMask(count);

        Assert.False(mask.Contains(1000));
        mask.Set(1000);

        Assert.True(mask.Contains(1000));
        Assert.False(mask.Contains(999));
        Assert.False(mask.Contains(int.MaxValue));
    }

    [Fact]
    public void Unknown_movie_is_ignored_and_any_other_negative_row_is_an_error()
    {
        var mask = new MovieMask(10);
        mask.Set(-1);

        Assert.All(Enumerable.Range(-2, 100), row => Assert.False(mask.Contains(row)));
        Assert.Throws<ArgumentOutOfRangeException>(() => mask.Set(-2));
    }

    [Theory]
    [InlineData(10, 1000)]
    [InlineData(1000, 10)]
    public void Union_keeps_the_rows_of_both_whatever_their_sizes(int count, int otherCount)
    {
        var (mask, other) = (new MovieMask(count), new MovieMask(otherCount));
        mask.Set(count - 1);
        other.Set(otherCount - 1);
        other.Set(3);

        mask.UnionWith(other);

        Assert.Equal([3, Math.Min(count, otherCount) - 1, Math.Max(count, otherCount) - 1],
            Enumerable.Range(0, 2000).Where(mask.Contains));
    }

    [Fact]
    public void Cleared_mask_is_empty()
    {
        var mask = new MovieMask(100);
        mask.Set(99);
        mask.Clear();

        Assert.False(mask.Contains(99));
    }
}
