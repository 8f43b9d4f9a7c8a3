using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

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

    // Far below ε²: a root of it is as good as 0, and its inverse is a number.
    private const float AboveZero = 1e-30f;

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
        var (scale, perRating) = (new Vector<float>(_scale), new Vector<float>(_perRating));
        var (beta1, rest1) = (new Vector<float>(Beta1), new Vector<float>(1 - Beta1));
        var (beta2, rest2) = (new Vector<float>(Beta2), new Vector<float>(1 - Beta2));
        for (var j = 0; j < width; j += Vector<float>.Count)
        {
            var g = perRating * Vector.Load(gradient + j);
            var m = Vector.MultiplyAddEstimate(beta1, Vector.Load(mean + j), rest1 * g);
            var v = Vector.MultiplyAddEstimate(beta2, Vector.Load(variance + j), rest2 * g * g);
            m.Store(mean + j);
            v.Store(variance + j);
            Vector.MultiplyAddEstimate(scale * m, InverseOfRoot(v), Vector.Load(row + j)).Store(row + j);
        }
    }

    // 1 / (√v + ε). A root and a quotient keep the processor busy longer than all the rest of a step; its estimates
    // have 11 bits, which one step of Newton's method on y⁻² − x, or on y⁻¹ − x, doubles.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> InverseOfRoot(Vector<float> v)
    {
        var epsilon = new Vector<float>(Epsilon);
        if (!Avx.IsSupported || Vector<float>.Count != Vector256<float>.Count)
        {
            return Vector<float>.One / (Vector.SquareRoot(v) + epsilon);
        }

        var x = v + new Vector<float>(AboveZero);
        var y = Avx.ReciprocalSqrt(x.AsVector256()).AsVector();
        y *= Vector.MultiplyAddEstimate(new Vector<float>(-0.5f) * x, y * y, new Vector<float>(1.5f));
        var below = Vector.MultiplyAddEstimate(x, y, epsilon);
        var inverse = Avx.Reciprocal(below.AsVector256()).AsVector();
        return inverse * Vector.MultiplyAddEstimate(-below, inverse, new Vector<float>(2));
    }
}
