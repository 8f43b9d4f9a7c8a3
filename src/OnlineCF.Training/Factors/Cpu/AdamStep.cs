using System.Numerics;
using System.Runtime.CompilerServices;

namespace OnlineCF.Training.Factors.Cpu;

/// <summary>
/// One step of Adam (Kingma and Ba 2015) on a row: m ← β1 m + (1 − β1) g, v ← β2 v + (1 − β2) g²,
/// w ← w − η √(1 − β2ᵗ) / (1 − β1ᵗ) · m / (√v + ε), as <see cref="Torch.LazyAdam"/> does it.
/// </summary>
internal readonly unsafe struct AdamStep
{
    private const float Beta1 = 0.9f;
    private const float Beta2 = 0.999f;
    private const float Epsilon = 1e-8f;

    private readonly float _scale;
    private readonly float _perRating;

    /// <param name="learningRate">η.</param>
    /// <param name="step">t, from 1.</param>
    /// <param name="ratings">Of the minibatch: the gradients are sums over them and g is to be their mean.</param>
    public AdamStep(double learningRate, long step, int ratings)
    {
        _scale = (float)(-learningRate * Math.Sqrt(1 - Math.Pow(0.999, step)) / (1 - Math.Pow(0.9, step)));
        _perRating = 1f / ratings;
    }

    /// <summary>Moves a row; its width is whole vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Move(float* row, float* mean, float* variance, float* gradient, int width)
    {
        var (scale, perRating, epsilon) = (new Vector<float>(_scale), new Vector<float>(_perRating), new Vector<float>(Epsilon));
        var (beta1, rest1) = (new Vector<float>(Beta1), new Vector<float>(1 - Beta1));
        var (beta2, rest2) = (new Vector<float>(Beta2), new Vector<float>(1 - Beta2));
        for (var j = 0; j < width; j += Vector<float>.Count)
        {
            var g = perRating * Vector.Load(gradient + j);
            var m = Vector.MultiplyAddEstimate(beta1, Vector.Load(mean + j), rest1 * g);
            var v = Vector.MultiplyAddEstimate(beta2, Vector.Load(variance + j), rest2 * g * g);
            m.Store(mean + j);
            v.Store(variance + j);
            (Vector.Load(row + j) + (scale * m / (Vector.SquareRoot(v) + epsilon))).Store(row + j);
        }
    }

    /// <summary>Moves one number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Move(ref float value, ref float mean, ref float variance, float gradient)
    {
        var g = _perRating * gradient;
        mean = (Beta1 * mean) + ((1 - Beta1) * g);
        variance = (Beta2 * variance) + ((1 - Beta2) * g * g);
        value += _scale * mean / (MathF.Sqrt(variance) + Epsilon);
    }
}
