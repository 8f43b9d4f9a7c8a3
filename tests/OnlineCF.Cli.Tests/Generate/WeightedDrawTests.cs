using OnlineCF.Cli.Generate;

namespace OnlineCF.Cli.Tests.Generate;

public sealed class WeightedDrawTests
{
    [Fact]
    public void Indices_come_as_often_as_their_weights_say()
    {
        double[] weights = [5, 1, 0.5, 3, 0.01, 0.49];
        var draw = new WeightedDraw(weights);
        var random = new SplitMix(7);
        var counts = new int[weights.Length];
        for (var i = 0; i < 200_000; i++)
        {
            counts[draw.Draw(random)]++;
        }

        for (var i = 0; i < weights.Length; i++)
        {
            Assert.InRange(counts[i] / 200_000.0, (weights[i] / 10) - 0.005, (weights[i] / 10) + 0.005);
        }
    }

    [Fact]
    public void The_random_sequence_is_the_published_one()
    {
        // First outputs of SplitMix64 with seed 1234567, from the reference implementation.
        var random = new SplitMix(1234567);

        Assert.Equal(6457827717110365317UL, random.Next());
        Assert.Equal(3203168211198807973UL, random.Next());
        Assert.Equal(9817491932198370423UL, random.Next());
    }
}
