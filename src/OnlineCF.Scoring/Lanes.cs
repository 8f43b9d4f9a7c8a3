using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using OnlineCF.Core.Models;

namespace OnlineCF.Scoring;

/// <summary>
/// Sixteen running sums, element j of a product in lane j mod 16, in as many registers as the machine needs.
/// Every width adds in the same order, so where the hardware fuses multiply and add, results are equal to the bit.
/// </summary>
internal interface ILanes<TSelf>
    where TSelf : struct, ILanes<TSelf>
{
    /// <summary>How many floats one <see cref="MultiplyAdd"/> consumes.</summary>
    public const int Width = FactorTable.Alignment;

    /// <summary>This sum plus the products of sixteen floats at <paramref name="a"/> and <paramref name="b"/>.</summary>
    public TSelf MultiplyAdd(ref float a, ref float b);

    /// <summary>All lanes folded in halves: 16, 8, 4, 2, 1.</summary>
    public float Sum();
}

/// <summary>One register of 512 bits.</summary>
internal readonly struct Lanes512(Vector512<float> sums) : ILanes<Lanes512>
{
    private readonly Vector512<float> _sums = sums;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes512 MultiplyAdd(ref float a, ref float b) =>
        new(Vector512.MultiplyAddEstimate(Vector512.LoadUnsafe(ref a), Vector512.LoadUnsafe(ref b), _sums));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Sum() => LaneFolding.Sum(_sums.GetLower() + _sums.GetUpper());
}

/// <summary>Two registers of 256 bits.</summary>
internal readonly struct Lanes256(Vector256<float> low, Vector256<float> high) : ILanes<Lanes256>
{
    private readonly Vector256<float> _low = low;
    private readonly Vector256<float> _high = high;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes256 MultiplyAdd(ref float a, ref float b) => new(
        Vector256.MultiplyAddEstimate(Vector256.LoadUnsafe(ref a), Vector256.LoadUnsafe(ref b), _low),
        Vector256.MultiplyAddEstimate(Vector256.LoadUnsafe(ref a, 8), Vector256.LoadUnsafe(ref b, 8), _high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Sum() => LaneFolding.Sum(_low + _high);
}

/// <summary>Four registers of 128 bits.</summary>
internal readonly struct Lanes128(
    Vector128<float> first, Vector128<float> second, Vector128<float> third, Vector128<float> fourth)
    : ILanes<Lanes128>
{
    private readonly Vector128<float> _first = first;
    private readonly Vector128<float> _second = second;
    private readonly Vector128<float> _third = third;
    private readonly Vector128<float> _fourth = fourth;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes128 MultiplyAdd(ref float a, ref float b) => new(
        Vector128.MultiplyAddEstimate(Vector128.LoadUnsafe(ref a), Vector128.LoadUnsafe(ref b), _first),
        Vector128.MultiplyAddEstimate(Vector128.LoadUnsafe(ref a, 4), Vector128.LoadUnsafe(ref b, 4), _second),
        Vector128.MultiplyAddEstimate(Vector128.LoadUnsafe(ref a, 8), Vector128.LoadUnsafe(ref b, 8), _third),
        Vector128.MultiplyAddEstimate(Vector128.LoadUnsafe(ref a, 12), Vector128.LoadUnsafe(ref b, 12), _fourth));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Sum() => LaneFolding.Sum((_first + _third) + (_second + _fourth));
}

/// <summary>The common end of every width's sum.</summary>
internal static class LaneFolding
{
    /// <summary>Eight lanes to one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector256<float> eight) => Sum(eight.GetLower() + eight.GetUpper());

    /// <summary>Four lanes to one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector128<float> four)
    {
        var two = four + Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1));
        return (two + Vector128.Shuffle(two, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }
}
