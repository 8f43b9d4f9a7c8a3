using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OnlineCF.Scoring;

/// <summary>The two inner loops of a double-precision solve.</summary>
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
}
