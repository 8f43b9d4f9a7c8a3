using System.Numerics;

namespace OnlineCF.Grains.Movies;

/// <summary>
/// Σ 2^(t/h) over times t, h a week or 2^k of them, exactly: ratings may be added and taken away in any order, a thousand
/// times, and the sum depends on those that are left alone. Each term is 2^⌊t/h⌋ times a fraction of 32 bits, so that the
/// sum is one large integer: a bit for every half-life from the first rating to the last, of weeks 160 bytes for 25 years.
/// </summary>
internal sealed class DecayedCount
{
    /// <summary>k of the half-lives of <see cref="Scoring.RecentPopularity.HalfLives"/>, in the same order.</summary>
    public static readonly int[] Doublings = [0, 3, 6];

    private const int DigitBits = 32;
    private const int FractionBits = 23;
    private const long WeekMicros = 7L * 24 * 3600 * 1_000_000;

    // 2^(1/2), 2^(1/4), … by square roots, which are rounded alike on every machine.
    private static readonly double[] Roots = RootsOfTwo();

    private readonly int _doublings;
    private uint[] _digits;
    private int _first;

    /// <summary>The sum with these digits, the lowest first, of which the first stands for 2^(32 · first).</summary>
    /// <param name="first">The place of the lowest digit.</param>
    /// <param name="digits">The digits.</param>
    /// <param name="doublings">k: the half-life is 2^k weeks.</param>
    public DecayedCount(int first, ReadOnlySpan<uint> digits, int doublings = 0) =>
        (_first, _digits, _doublings) = (first, digits.ToArray(), doublings);

    /// <summary>The place of the lowest digit.</summary>
    public int First => _first;

    /// <summary>The digits without zeros at either end.</summary>
    public uint[] Digits
    {
        get
        {
            Trim();
            return _digits;
        }
    }

    /// <summary>The sum as it is kept.</summary>
    public DecayedSum ToSum()
    {
        // The digits come first: asking for them may move their place.
        var digits = Digits;
        return new DecayedSum(First, digits);
    }

    /// <summary>log2 of the sum; minus infinity when nothing is in.</summary>
    public static double Log2(int first, ReadOnlySpan<uint> digits)
    {
        var top = 0.0;
        for (var i = digits.Length - 1; i >= Math.Max(0, digits.Length - 3); i--)
        {
            top = (top * (1L << DigitBits)) + digits[i];
        }

        // The fraction of a term has its point after the first of 32 bits.
        return Math.Log2(top) + ((double)DigitBits * (first + Math.Max(0, digits.Length - 3))) - (DigitBits - 1);
    }

    /// <summary>One rating more.</summary>
    /// <param name="micros">When it was given, microseconds since 1970; earlier ones count as of then.</param>
    public void Add(long micros)
    {
        var (place, term) = TermOf(micros);
        Cover(place, place + 2);
        for (var carry = 0UL; term != 0 || carry != 0; term >>= DigitBits, place++)
        {
            Cover(place, place + 1);
            var sum = _digits[place - _first] + (term & uint.MaxValue) + carry;
            _digits[place - _first] = (uint)sum;
            carry = sum >> DigitBits;
        }
    }

    /// <summary>One rating less.</summary>
    /// <returns>False when it cannot have been in.</returns>
    public bool TryTake(long micros)
    {
        var (place, term) = TermOf(micros);
        if (_digits.Length == 0)
        {
            return false;
        }

        Cover(Math.Min(place, _first), _first);
        for (var borrow = 0UL; term != 0 || borrow != 0; term >>= DigitBits, place++)
        {
            if (place - _first >= _digits.Length)
            {
                return false;
            }

            var taken = (term & uint.MaxValue) + borrow;
            borrow = taken > _digits[place - _first] ? 1UL : 0;
            _digits[place - _first] = (uint)(_digits[place - _first] - taken);
        }

        return true;
    }

    // 2^(t/h) as an integer in units of 2^-31, cut into the digit where it begins and what is above it.
    private (int Place, ulong Term) TermOf(long micros)
    {
        var (week, rest) = Math.DivRem(Math.Max(0, micros), WeekMicros << _doublings);
        var fraction = (uint)(((rest >> _doublings) << FractionBits) / WeekMicros);
        var power = 1.0;
        for (; fraction != 0; fraction &= fraction - 1)
        {
            power *= Roots[FractionBits - 1 - BitOperations.TrailingZeroCount(fraction)];
        }

        var mantissa = (ulong)(power * (1L << (DigitBits - 1)));
        return ((int)(week / DigitBits), mantissa << (int)(week % DigitBits));
    }

    private static double[] RootsOfTwo()
    {
        var roots = new double[FractionBits];
        var root = 2.0;
        for (var i = 0; i < roots.Length; i++)
        {
            roots[i] = root = Math.Sqrt(root);
        }

        return roots;
    }

    // Makes room for the digits from one place to before another.
    private void Cover(int from, int to)
    {
        if (_digits.Length == 0)
        {
            (_first, _digits) = (from, new uint[to - from]);
        }
        else if (from < _first || to > _first + _digits.Length)
        {
            var (first, end) = (Math.Min(from, _first), Math.Max(to, _first + _digits.Length));
            var digits = new uint[end - first];
            _digits.CopyTo(digits, _first - first);
            (_first, _digits) = (first, digits);
        }
    }

    private void Trim()
    {
        var span = _digits.AsSpan();
        var (low, high) = (span.IndexOfAnyExcept(0u), span.LastIndexOfAnyExcept(0u));
        if (low < 0)
        {
            (_first, _digits) = (0, []);
        }
        else if (high - low + 1 < span.Length)
        {
            (_first, _digits) = (_first + low, span[low..(high + 1)].ToArray());
        }
    }
}
