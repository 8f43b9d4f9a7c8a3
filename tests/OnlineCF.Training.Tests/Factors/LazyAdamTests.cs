using OnlineCF.Training.Factors.Torch;
using OnlineCF.Training.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace OnlineCF.Training.Tests.Factors;

public sealed class LazyAdamTests
{
    public LazyAdamTests() => TorchRuntime.Initialize(_ => { });

    [Fact]
    public void Steps_are_those_of_adam_on_the_summed_gradient()
    {
        using var scope = NewDisposeScope();
        var table = new LazyAdam(tensor(new[,] { { 1f, 2f }, { 3f, 4f }, { 5f, 6f } }));
        float[][] gradients = [[0.5f, -1f], [0.25f, 3f], [-0.125f, 1f]];
        var rows = tensor(new long[] { 2, 0, 2 });

        for (var step = 1; step <= 3; step++)
        {
            table.Step(rows, tensor(new[,] { { 0.5f, -1f }, { 0.25f, 3f }, { -0.125f, 1f } }), 0.01, step);
        }

        var actual = table.Values.data<float>().ToArray();
        Assert.Equal(Adam(1f, gradients[1][0], 3), actual[0], 1e-6);
        Assert.Equal(Adam(2f, gradients[1][1], 3), actual[1], 1e-6);
        Assert.Equal([3f, 4f], actual[2..4]);
        Assert.Equal(Adam(5f, gradients[0][0] + gradients[2][0], 3), actual[4], 1e-6);
        Assert.Equal(6f, actual[5]);
    }

    // Kingma and Ba (2015), algorithm 1, on a constant gradient.
    private static double Adam(double value, double gradient, int steps)
    {
        var (m, v) = (0.0, 0.0);
        for (var t = 1; t <= steps; t++)
        {
            m = (0.9 * m) + (0.1 * gradient);
            v = (0.999 * v) + (0.001 * gradient * gradient);
            value -= 0.01 * (m / (1 - Math.Pow(0.9, t))) / (Math.Sqrt(v / (1 - Math.Pow(0.999, t))) + 1e-8);
        }

        return value;
    }
}
