using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OnlineCF.Scoring;

/// <summary>Whole-number products of a query and the sixteen rows of a block, a row in each lane: exact at every width.</summary>
internal static class ScreenKernel
{
    /// <summary>Σ_j q_j p_j of each row.</summary>
    /// <param name="block">First of <paramref name="pairs"/> × 16 × 2 numbers q; see <see cref="ScreenTable"/>.</param>
    /// <param name="query">First of <paramref name="pairs"/> times two 16-bit numbers p, as 32 bits each.</param>
    /// <param name="pairs">Pairs of dimensions.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Products(ref sbyte block, ref int query, int pairs) =>
        Avx512BW.IsSupported ? Products512(ref block, ref query, pairs)
        : Avx2.IsSupported ? Products256(ref block, ref query, pairs)
        : Products128(ref block, ref query, pairs);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<int> Products512(ref sbyte block, ref int query, int pairs)
    {
        Vector512<int> even = default, odd = default;
        var pair = 0;
        for (; pair < pairs - 1; pair += 2)
        {
            even += Avx512BW.MultiplyAddAdjacent(
                Avx512BW.ConvertToVector512Int16(Vector256.LoadUnsafe(ref block, (nuint)(pair * 32))),
                Vector512.Create(Unsafe.Add(ref query, pair)).AsInt16());
            odd += Avx512BW.MultiplyAddAdjacent(
                Avx512BW.ConvertToVector512Int16(Vector256.LoadUnsafe(ref block, (nuint)((pair * 32) + 32))),
                Vector512.Create(Unsafe.Add(ref query, pair + 1)).AsInt16());
        }

        if (pair < pairs)
        {
            even += Avx512BW.MultiplyAddAdjacent(
                Avx512BW.ConvertToVector512Int16(Vector256.LoadUnsafe(ref block, (nuint)(pair * 32))),
                Vector512.Create(Unsafe.Add(ref query, pair)).AsInt16());
        }

        return even + odd;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<int> Products256(ref sbyte block, ref int query, int pairs)
    {
        Vector256<int> low = default, high = default;
        for (var pair = 0; pair < pairs; pair++)
        {
            var factors = Vector256.Create(Unsafe.Add(ref query, pair)).AsInt16();
            low += Avx2.MultiplyAddAdjacent(
                Avx2.ConvertToVector256Int16(Vector128.LoadUnsafe(ref block, (nuint)(pair * 32))), factors);
            high += Avx2.MultiplyAddAdjacent(
                Avx2.ConvertToVector256Int16(Vector128.LoadUnsafe(ref block, (nuint)((pair * 32) + 16))), factors);
        }

        return Vector512.Create(low, high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<int> Products128(ref sbyte block, ref int query, int pairs)
    {
        Vector128<int> first = default, second = default, third = default, fourth = default;
        for (var pair = 0; pair < pairs; pair++)
        {
            var factors = Vector128.Create(Unsafe.Add(ref query, pair));
            var (firstHalf, secondHalf) = Vector128.Widen(Vector128.LoadUnsafe(ref block, (nuint)(pair * 32)));
            first += AddAdjacent(firstHalf, factors);
            second += AddAdjacent(secondHalf, factors);
            (firstHalf, secondHalf) = Vector128.Widen(Vector128.LoadUnsafe(ref block, (nuint)((pair * 32) + 16)));
            third += AddAdjacent(firstHalf, factors);
            fourth += AddAdjacent(secondHalf, factors);
        }

        return Vector512.Create(Vector256.Create(first, second), Vector256.Create(third, fourth));
    }

    // The two 16-bit halves of each lane, each times its factor's half.
    private static Vector128<int> AddAdjacent(Vector128<short> numbers, Vector128<int> factors)
    {
        var lanes = numbers.AsInt32();
        return (LowHalf(lanes) * LowHalf(factors)) + ((lanes >> 16) * (factors >> 16));
    }

    private static Vector128<int> LowHalf(Vector128<int> lanes) => (lanes << 16) >> 16;
}
