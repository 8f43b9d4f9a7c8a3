using OnlineCF.Cli.Bench;

namespace OnlineCF.Cli.Tests.Bench;

public sealed class PlainPassTests
{
    [Fact]
    public void A_pass_reads_every_row_to_its_end()
    {
        const int Dim = 64;
        var user = Enumerable.Range(1, Dim).Select(x => (float)x).ToArray();
        for (var row = 0; row < 5; row++)
        {
            foreach (var place in new[] { 0, 31, Dim - 1 })
            {
                var factors = new float[5 * Dim];
                factors[(row * Dim) + place] = 2;
                Assert.Equal(2f * (place + 1), PlainPass.Pass(factors, user));
            }
        }
    }

    [Fact]
    public void More_movies_take_longer()
    {
        var duration = TimeSpan.FromMilliseconds(50);

        Assert.True(
            PlainPass.Milliseconds(200_000, 50, duration, TimeProvider.System)
            > PlainPass.Milliseconds(2_000, 50, duration, TimeProvider.System));
    }
}
