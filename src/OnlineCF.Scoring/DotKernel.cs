using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace OnlineCF.Scoring;

/// <summary>Dot products of factor rows.</summary>
public static class DotKernel
{
    /// <summary>Σ a_j b_j. Zero for empty spans; trailing zeros do not change the result.</summary>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b) =>
        Vector512.IsHardwareAccelerated ? Dot<Lanes512>(a, b)
        : Vector256.IsHardwareAccelerated ? Dot<Lanes256>(a, b)
        : Dot<Lanes128>(a, b);

    /// <summary><see cref="Dot(ReadOnlySpan{float}, ReadOnlySpan{float})"/> in registers of one width.</summary>
    internal static float Dot<TLanes>(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
        where TLanes : struct, ILanes<TLanes>
    {
        if (a.Length != b.Length)
        {
            throw new ArgumentException($"The vectors have {a.Length} and {b.Length} floats.", nameof(b));
        }

        var sums = default(TLanes);
        ref var x = ref MemoryMarshal.GetReference(a);
        ref var y = ref MemoryMarshal.GetReference(b);
        var whole = a.Length - (a.Length % ILanes<TLanes>.Width);
        for (var j = 0; j < whole; j += ILanes<TLanes>.Width)
        {
            sums = sums.MultiplyAdd(ref Unsafe.Add(ref x, j), ref Unsafe.Add(ref y, j));
        }

        return whole == a.Length ? sums.Sum() : AddTail(sums, a[whole..], b[whole..]).Sum();
    }

    /// <summary>
    /// Four rows against one query, which stays in registers: lane i of the result equals
    /// <see cref="Dot(ReadOnlySpan{float}, ReadOnlySpan{float})"/> of the query and row i to the bit.
    /// </summary>
    /// <param name="query">First of <paramref name="stride"/> floats.</param>
    /// <param name="rows">First of 4 × <paramref name="stride"/> floats, row-major.</param>
    /// <param name="stride">A multiple of 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<float> DotFourRows<TLanes>(ref float query, ref float rows, int stride)
        where TLanes : struct, ILanes<TLanes>
    {
        ref var second = ref Unsafe.Add(ref rows, stride);
        ref var third = ref Unsafe.Add(ref second, stride);
        ref var fourth = ref Unsafe.Add(ref third, stride);
        TLanes a = default, b = default, c = default, d = default;
        for (var j = 0; j < stride; j += ILanes<TLanes>.Width)
        {
            ref var x = ref Unsafe.Add(ref query, j);
            a = a.MultiplyAdd(ref x, ref Unsafe.Add(ref rows, j));
            b = b.MultiplyAdd(ref x, ref Unsafe.Add(ref second, j));
            c = c.MultiplyAdd(ref x, ref Unsafe.Add(ref third, j));
            d = d.MultiplyAdd(ref x, ref Unsafe.Add(ref fourth, j));
        }

        return Vector128.Create(a.Sum(), b.Sum(), c.Sum(), d.Sum());
    }

    private static TLanes AddTail<TLanes>(TLanes sums, ReadOnlySpan<float> a, ReadOnlySpan<float> b)
        where TLanes : struct, ILanes<TLanes>
    {
        Span<float> padded = stackalloc float[2 * ILanes<TLanes>.Width];
        padded.Clear();
        a.CopyTo(padded);
        b.CopyTo(padded[ILanes<TLanes>.Width..]);
        return sums.MultiplyAdd(ref padded[0], ref padded[ILanes<TLanes>.Width]);
    }
}
