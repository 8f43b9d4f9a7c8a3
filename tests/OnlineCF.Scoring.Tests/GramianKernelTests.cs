using OnlineCF.Core.Models;

namespace OnlineCF.Scoring.Tests;

public sealed class GramianKernelTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 63)]
    [InlineData(16, 64)]
    [InlineData(17, 65)]
    [InlineData(50, 1000)]
    [InlineData(100, 129)]
    public void Gramian_equals_the_double_precision_sum(int dimension, int count)
    {
        var rows = TestModels.Snapshot(count, count, 0, dimension).Movies;

        var gramian = GramianKernel.Compute(rows.RankingFactors, rows.Stride);

        for (var i = 0; i < rows.Stride; i++)
        {
            for (var j = 0; j < rows.Stride; j++)
            {
                var expected = Enumerable.Range(0, count)
                    .Sum(row => (double)rows.RankingRow(row)[i] * rows.RankingRow(row)[j]);
                Assert.Equal(expected, gramian[(i * rows.Stride) + j], 1e-5 * (1 + Math.Abs(expected)));
            }
        }
    }

    [Fact]
    public void Largest_dimension_has_a_whole_symmetric_gramian()
    {
        const int stride = 4096;
        var rows = new float[3 * stride];
        for (var index = 0; index < rows.Length; index++)
        {
            rows[index] = index % 7;
        }

        var gramian = GramianKernel.Compute(rows, stride);

        foreach (var (i, j) in new[] { (0, 0), (4095, 4095), (4095, 0), (0, 4095), (2049, 17), (17, 2049) })
        {
            var expected = Enumerable.Range(0, 3).Sum(row => rows[(row * stride) + i] * rows[(row * stride) + j]);
            Assert.Equal(expected, gramian[(i * stride) + j]);
        }
    }

    [Fact]
    public void No_rows_make_a_gramian_of_zeros() =>
        Assert.Equal(new float[16 * 16], GramianKernel.Compute(FactorTable.Empty(3).RankingFactors, 16));

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(48)]
    public void Rows_that_do_not_fit_the_stride_are_an_error(int stride) =>
        Assert.Throws<ArgumentException>(() => GramianKernel.Compute(new float[64], stride));
}
