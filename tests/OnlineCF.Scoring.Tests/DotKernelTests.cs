namespace OnlineCF.Scoring.Tests;

public sealed class DotKernelTests
{
    public static TheoryData<int> Lengths => [.. Enumerable.Range(0, 131), 1000, 4096];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Every_width_equals_the_scalar_sum_at_every_length(int length)
    {
        var random = new Random(length);
        var a = Numbers(random, length);
        var b = Numbers(random, length);
        var expected = a.Zip(b, (x, y) => (double)x * y).Sum();
        var tolerance = 1e-6 * (1 + a.Zip(b, (x, y) => Math.Abs((double)x * y)).Sum());

        Assert.Equal(expected, DotKernel.Dot(a, b), tolerance);
        Assert.Equal(expected, DotKernel.Dot<Lanes128>(a, b), tolerance);
        Assert.Equal(expected, DotKernel.Dot<Lanes256>(a, b), tolerance);
        Assert.Equal(expected, DotKernel.Dot<Lanes512>(a, b), tolerance);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Whole_numbers_are_summed_exactly(int length)
    {
        var random = new Random(length);
        float[] a = [.. Enumerable.Range(0, length).Select(_ => (float)random.Next(-9, 10))];
        float[] b = [.. Enumerable.Range(0, length).Select(_ => (float)random.Next(-9, 10))];

        Assert.Equal(a.Zip(b, (x, y) => x * y).Sum(), DotKernel.Dot(a, b));
    }

    [Fact]
    public void Padding_with_zeros_changes_no_bit()
    {
        var random = new Random(5);
        for (var length = 1; length < 64; length++)
        {
            var a = Numbers(random, length);
            var b = Numbers(random, length);
            var padded = new float[64];
            var otherPadded = new float[64];
            a.CopyTo(padded, 0);
            b.CopyTo(otherPadded, 0);

            Assert.Equal(DotKernel.Dot(a, b), DotKernel.Dot(padded, otherPadded));
        }
    }

    [Theory]
    [InlineData(16)]
    [InlineData(64)]
    [InlineData(4096)]
    public void Four_rows_at_once_equal_each_row_alone_to_the_bit(int stride)
    {
        var random = new Random(stride);
        var query = Numbers(random, stride);
        var rows = Numbers(random, 4 * stride);
        var scores = DotKernel.DotFourRows<Lanes256>(ref query[0], ref rows[0], stride);
        var scores128 = DotKernel.DotFourRows<Lanes128>(ref query[0], ref rows[0], stride);
        var scores512 = DotKernel.DotFourRows<Lanes512>(ref query[0], ref rows[0], stride);
        for (var row = 0; row < 4; row++)
        {
            var slice = rows.AsSpan(row * stride, stride);
            Assert.Equal(DotKernel.Dot<Lanes256>(query, slice), scores[row]);
            Assert.Equal(DotKernel.Dot<Lanes128>(query, slice), scores128[row]);
            Assert.Equal(DotKernel.Dot<Lanes512>(query, slice), scores512[row]);
        }
    }

    [Fact]
    public void Different_lengths_are_an_error() =>
        Assert.Throws<ArgumentException>(() => DotKernel.Dot(new float[3], new float[4]));

    private static float[] Numbers(Random random, int length) =>
        [.. Enumerable.Range(0, length).Select(_ => (random.NextSingle() * 2) - 1)];
}
