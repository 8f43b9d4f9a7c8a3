using OnlineCF.Core.Models;

namespace OnlineCF.Core.Tests.Models;

public sealed class FactorTableTests
{
    [Theory]
    [InlineData(1, 16)]
    [InlineData(16, 16)]
    [InlineData(17, 32)]
    [InlineData(50, 64)]
    [InlineData(4096, 4096)]
    public void Rows_are_padded_to_whole_vectors(int embeddingDim, int stride)
    {
        Assert.Equal(stride, FactorTable.StrideOf(embeddingDim));
        Assert.Equal(stride, FactorTable.Empty(embeddingDim).Stride);
    }

    [Fact]
    public void Each_id_has_the_row_at_its_place()
    {
        var table = Table([30, 10, 20]);

        Assert.Equal(3, table.Count);
        Assert.Equal([0, 1, 2], table.Ids.Select(table.RowOf));
        Assert.Equal(-1, table.RowOf(40));
        Assert.Equal(-1, FactorTable.Empty(3).RowOf(30));
    }

    [Fact]
    public void A_row_is_its_stretch_of_the_contiguous_factors()
    {
        var table = Table([30, 10, 20]);

        Assert.Equal(table.RatingFactors[16..32], table.RatingRow(1).ToArray());
        Assert.Equal(table.RankingFactors[32..48], table.RankingRow(2).ToArray());
        Assert.True(table.RankingRow(2) == table.RankingFactors.AsSpan(32, 16));
    }

    [Fact]
    public void The_same_id_twice_is_an_error() => Assert.Throws<ArgumentException>(() => Table([30, 10, 30]));

    [Theory]
    [InlineData(1, 2, 32, 32)]
    [InlineData(2, 1, 32, 32)]
    [InlineData(2, 2, 31, 32)]
    [InlineData(2, 2, 32, 48)]
    [InlineData(2, 2, 6, 6)]
    public void Arrays_of_other_lengths_are_an_error(int counts, int biases, int ratingFactors, int rankingFactors) =>
        Assert.Throws<ArgumentException>(() => new FactorTable(
            3, [1, 2], new int[counts], new float[biases], new float[ratingFactors], new float[rankingFactors]));

    [Fact]
    public void Other_numbers_are_those_of_the_same_rows()
    {
        var table = Table([30, 10, 20]);

        var other = table.With([1, 2, 3], table.RankingFactors, table.RatingFactors);

        Assert.Equal([0, 1, 2], other.Ids.Select(other.RowOf));
        Assert.Equal(2, other.Biases[other.RowOf(10)]);
        Assert.Equal(table.RankingRow(1).ToArray(), other.RatingRow(1).ToArray());
        Assert.Throws<ArgumentException>(() => table.With([1, 2], table.RatingFactors, table.RankingFactors));
    }

    private static FactorTable Table(long[] ids)
    {
        float[] factors = [.. Enumerable.Range(0, ids.Length * 16).Select(index => (float)index)];
        return new FactorTable(3, ids, new int[ids.Length], new float[ids.Length], factors, [.. factors.Reverse()]);
    }
}
