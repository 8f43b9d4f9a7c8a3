using System.Runtime.CompilerServices;

namespace OnlineCF.Scoring;

/// <summary>
/// A query in sixteen bits, x = t·p + d, and what it says of the rows of a <see cref="ScreenTable"/>: with y = s·q + e
///   x·y = t s p·q + t p·e + d·y ≤ t s p·q + |t p| |e| + |d| |y|   (Cauchy-Schwarz).
/// The score as <see cref="DotKernel"/> computes it is at most u |x| |y| above x·y, with u for the roundings of its longest
/// chain of sums (Higham 2002, "Accuracy and Stability of Numerical Algorithms", section 3.1); the bound's own few
/// roundings are in u too. So a row whose bound is below a score has a score below it, without exception.
/// </summary>
internal readonly ref struct ScreenQuery
{
    // Of lanes that a width splits a sum into each adds stride / 16 products, twice rounded where nothing fuses them, and
    // the lanes fold in a few steps more; the bound takes less than a hundred roundings.
    private const double UnitRoundoff = 1.0 / (1 << 24);
    private const int OwnRoundings = 100;

    // What products and sums below a float's range may lose, with room to spare.
    private const float Underflow = 1e-37f;
    private const float LeastNorm = 1e-30f;
    private const float MostNorm = 1e30f;
    private const int MostNumber = short.MaxValue;

    private readonly float _norm;
    private readonly float _slack;

    /// <summary>Rounds a query.</summary>
    /// <param name="query">x, one stride long.</param>
    /// <param name="packed">Takes p, two numbers an element; empty where lengths alone are to decide.</param>
    public ScreenQuery(ReadOnlySpan<float> query, Span<int> packed)
    {
        packed.Clear();
        Packed = packed;
        _norm = RowNorm.Of(query);
        var most = 0f;
        foreach (var value in query)
        {
            most = Math.Max(most, Math.Abs(value));
        }

        var roundings = (float)(((2 * (query.Length / 16)) + OwnRoundings) * UnitRoundoff);
        _slack = roundings * _norm;
        CanScreen = _norm is >= LeastNorm and <= MostNorm && packed.Length > 0;
        if (!CanScreen)
        {
            return;
        }

        // So small that no sum of products with numbers up to 127 leaves 32 bits.
        var limit = Math.Min(MostNumber, int.MaxValue / (sbyte.MaxValue * 2 * packed.Length));
        Scale = most / limit;
        var (rounded, rest) = (0.0, 0.0);
        for (var j = 0; j < query.Length; j++)
        {
            var number = j < packed.Length * 2 ? Math.Clamp(Math.Round(query[j] / (double)Scale), -limit, limit) : 0;
            if (number != 0)
            {
                packed[j / 2] |= ((int)number & 0xFFFF) << (j % 2 * 16);
            }

            rounded += Scale * number * (Scale * number);
            rest += (query[j] - (Scale * number)) * (query[j] - (Scale * number));
        }

        Length = RowNorm.Up(Math.Sqrt(rounded));
        _slack += RowNorm.Up(Math.Sqrt(rest));
    }

    /// <summary>False for a query too short or too long to say anything by it.</summary>
    public bool CanScreen { get; }

    /// <summary>p.</summary>
    public ReadOnlySpan<int> Packed { get; }

    /// <summary>t.</summary>
    public float Scale { get; }

    /// <summary>A bound of |t p|.</summary>
    public float Length { get; }

    /// <summary>What |y| adds to the bound of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float SlackOf(float norm) => (_slack * norm) + Underflow;

    /// <summary>A bound of the score of every row that is not longer than this.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float MostOf(float norm) => (_norm * norm) + SlackOf(norm);
}
