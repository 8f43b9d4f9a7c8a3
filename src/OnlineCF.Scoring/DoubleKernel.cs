using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OnlineCF.Scoring;

/// <summary>The inner loops of a double-precision solve.</summary>
internal static class DoubleKernel
{
    /// <summary>Σ a_j b_j over the length of <paramref name="a"/>.</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        ref var x = ref MemoryMarshal.GetReference(a);
        ref var y = ref MemoryMarshal.GetReference(b[..a.Length]);
        var width = Vector<double>.Count;
        Vector<double> even = default, odd = default;
        var j = 0;
        for (; j <= a.Length - (2 * width); j += 2 * width)
        {
            even = Vector.MultiplyAddEstimate(Vector.LoadUnsafe(ref x, (nuint)j), Vector.LoadUnsafe(ref y, (nuint)j), even);
            odd = Vector.MultiplyAddEstimate(
                Vector.LoadUnsafe(ref x, (nuint)(j + width)), Vector.LoadUnsafe(ref y, (nuint)(j + width)), odd);
        }

        var sum = Vector.Sum(even + odd);
        for (; j < a.Length; j++)
        {
            sum += Unsafe.Add(ref x, j) * Unsafe.Add(ref y, j);
        }

        return sum;
    }

    /// <summary>to_j += factor · a_j over the length of <paramref name="a"/>.</summary>
    public static void AddScaled(ReadOnlySpan<double> a, double factor, Span<double> to)
    {
        ref var x = ref MemoryMarshal.GetReference(a);
        ref var y = ref MemoryMarshal.GetReference(to[..a.Length]);
        var factors = new Vector<double>(factor);
        var j = 0;
        for (; j <= a.Length - Vector<double>.Count; j += Vector<double>.Count)
        {
            Vector.MultiplyAddEstimate(Vector.LoadUnsafe(ref x, (nuint)j), factors, Vector.LoadUnsafe(ref y, (nuint)j))
                .StoreUnsafe(ref y, (nuint)j);
        }

        for (; j < a.Length; j++)
        {
            Unsafe.Add(ref y, j) += factor * Unsafe.Add(ref x, j);
        }
    }

    /// <summary>to_j += Σ_r w_r y_r,i · y_r,j: column i's share of four outer products.</summary>
    /// <param name="rows">Four rows y, <paramref name="stride"/> apart.</param>
    /// <param name="stride">From one row to the next.</param>
    /// <param name="weights">w of each row.</param>
    /// <param name="i">The column.</param>
    /// <param name="to">Not longer than a row.</param>
    public static void AddScaledRows(ReadOnlySpan<double> rows, int stride, RowWeights weights, int i, Span<double> to)
    {
        var (first, second) = (weights[0] * rows[i], weights[1] * rows[stride + i]);
        var (third, fourth) = (weights[2] * rows[(2 * stride) + i], weights[3] * rows[(3 * stride) + i]);
        ref var a = ref MemoryMarshal.GetReference(rows[..(4 * stride)]);
        ref var b = ref Unsafe.Add(ref a, stride);
        ref var c = ref Unsafe.Add(ref b, stride);
        ref var d = ref Unsafe.Add(ref c, stride);
        ref var y = ref MemoryMarshal.GetReference(to);
        var j = 0;
        for (; j <= to.Length - Vector<double>.Count; j += Vector<double>.Count)
        {
            var sum = Vector.LoadUnsafe(ref y, (nuint)j);
            sum = Vector.MultiplyAddEstimate(Vector.LoadUnsafe(ref a, (nuint)j), new Vector<double>(first), sum);
            sum = Vector.MultiplyAddEstimate(Vector.LoadUnsafe(ref b, (nuint)j), new Vector<double>(second), sum);
            sum = Vector.MultiplyAddEstimate(Vector.LoadUnsafe(ref c, (nuint)j), new Vector<double>(third), sum);
            sum = Vector.MultiplyAddEstimate(Vector.LoadUnsafe(ref d, (nuint)j), new Vector<double>(fourth), sum);
            sum.StoreUnsafe(ref y, (nuint)j);
        }

        for (; j < to.Length; j++)
        {
            Unsafe.Add(ref y, j) += (first * Unsafe.Add(ref a, j)) + (second * Unsafe.Add(ref b, j))
                + (third * Unsafe.Add(ref c, j)) + (fourth * Unsafe.Add(ref d, j));
        }
    }

    /// <summary>Σ_t b_t · a_r,t over the length of <paramref name="b"/>, for four rows a_r at once.</summary>
    /// <param name="rows">Four rows, <paramref name="stride"/> apart.</param>
    /// <param name="stride">From one row to the next.</param>
    /// <param name="b">Not longer than a row.</param>
    /// <param name="sums">The four sums.</param>
    public static void DotFourRows(ReadOnlySpan<double> rows, int stride, ReadOnlySpan<double> b, out RowWeights sums)
    {
        ref var a0 = ref MemoryMarshal.GetReference(rows[..((3 * stride) + b.Length)]);
        ref var a1 = ref Unsafe.Add(ref a0, stride);
        ref var a2 = ref Unsafe.Add(ref a1, stride);
        ref var a3 = ref Unsafe.Add(ref a2, stride);
        ref var x = ref MemoryMarshal.GetReference(b);
        Vector<double> s0 = default, s1 = default, s2 = default, s3 = default;
        var t = 0;
        for (; t <= b.Length - Vector<double>.Count; t += Vector<double>.Count)
        {
            var factor = Vector.LoadUnsafe(ref x, (nuint)t);
            s0 = Vector.MultiplyAddEstimate(factor, Vector.LoadUnsafe(ref a0, (nuint)t), s0);
            s1 = Vector.MultiplyAddEstimate(factor, Vector.LoadUnsafe(ref a1, (nuint)t), s1);
            s2 = Vector.MultiplyAddEstimate(factor, Vector.LoadUnsafe(ref a2, (nuint)t), s2);
            s3 = Vector.MultiplyAddEstimate(factor, Vector.LoadUnsafe(ref a3, (nuint)t), s3);
        }

        (sums, sums[0], sums[1]) = (default, Vector.Sum(s0), Vector.Sum(s1));
        (sums[2], sums[3]) = (Vector.Sum(s2), Vector.Sum(s3));
        for (; t < b.Length; t++)
        {
            sums[0] += Unsafe.Add(ref x, t) * Unsafe.Add(ref a0, t);
            sums[1] += Unsafe.Add(ref x, t) * Unsafe.Add(ref a1, t);
            sums[2] += Unsafe.Add(ref x, t) * Unsafe.Add(ref a2, t);
            sums[3] += Unsafe.Add(ref x, t) * Unsafe.Add(ref a3, t);
        }
    }
}

/// <summary>One number for each of four rows.</summary>
[InlineArray(Count)]
internal struct RowWeights
{
    /// <summary>How many rows the kernels take at once.</summary>
    public const int Count = 4;

    private double _first;
}
