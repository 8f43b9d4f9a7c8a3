namespace OnlineCF.Cli.Generate;

/// <summary>Draws indices with given weights in constant time (Walker's alias method, as built by Vose 1991).</summary>
internal sealed class WeightedDraw
{
    private readonly double[] _keep;
    private readonly int[] _alias;

    /// <summary>Weights must be positive.</summary>
    public WeightedDraw(IReadOnlyList<double> weights)
    {
        var count = weights.Count;
        var mean = weights.Sum() / count;
        (_keep, _alias) = (new double[count], new int[count]);
        var (small, large) = (new Stack<int>(), new Stack<int>());
        for (var i = 0; i < count; i++)
        {
            _keep[i] = weights[i] / mean;
            (_keep[i] < 1 ? small : large).Push(i);
        }

        while (small.Count > 0 && large.Count > 0)
        {
            var (low, high) = (small.Pop(), large.Pop());
            _alias[low] = high;
            _keep[high] -= 1 - _keep[low];
            (_keep[high] < 1 ? small : large).Push(high);
        }

        foreach (var rest in small.Concat(large))
        {
            _keep[rest] = 1;
        }
    }

    /// <summary>An index, each with the probability of its weight.</summary>
    public int Draw(SplitMix random)
    {
        var i = random.NextInt(_keep.Length);
        return random.NextDouble() < _keep[i] ? i : _alias[i];
    }
}
