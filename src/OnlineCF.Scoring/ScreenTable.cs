using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OnlineCF.Core.Models;

namespace OnlineCF.Scoring;

/// <summary>
/// The ranking rows of a snapshot in eight bits, the longest first: small enough to be read whole, exact enough to say of
/// most rows that they cannot be in a list. Row r is y = s·q + e with whole numbers q of −127 to 127, its own scale s
/// and an error e whose length is known. Sixteen rows make a block; in it the numbers of two dimensions of all sixteen lie
/// side by side, so that every lane of a register adds up a row of its own.
/// </summary>
internal sealed class ScreenTable
{
    /// <summary>Rows of a block.</summary>
    public const int BlockRows = 16;

    // Beyond these lengths floats lose digits; such rows, if there ever are any, are never screened out.
    private const float LeastNorm = 1e-30f;
    private const float MostNorm = 1e30f;
    private const int MostNumber = 127;
    private const int CacheLine = 64;

    private readonly sbyte[] _numbers;
    private readonly int _start;
    private readonly int _blockBytes;
    private readonly int[] _rows;
    private readonly float[] _scales;
    private readonly float[] _norms;
    private readonly float[] _errors;

    /// <summary>Sorts and rounds the rows: two passes over the factors.</summary>
    public ScreenTable(FactorTable movies)
    {
        Count = movies.Count;
        Pairs = (movies.EmbeddingDim + 1) / 2;
        Blocks = (Count + BlockRows - 1) / BlockRows;
        _blockBytes = Pairs * 2 * BlockRows;
        _numbers = GC.AllocateArray<sbyte>((Blocks * _blockBytes) + CacheLine, pinned: true);
        _start = StartOf(_numbers);
        _rows = new int[Blocks * BlockRows];
        _scales = new float[Blocks * BlockRows];
        (_norms, _errors) = (new float[Blocks], new float[Blocks]);
        var norms = SortByNorm(movies);
        for (var place = 0; place < Count; place++)
        {
            var block = place / BlockRows;
            _norms[block] = Math.Max(_norms[block], norms[_rows[place]]);
            _errors[block] = Math.Max(_errors[block], Round(place, movies.RankingRow(_rows[place]), norms[_rows[place]]));
        }
    }

    /// <summary>How many rows there are.</summary>
    public int Count { get; }

    /// <summary>How many blocks there are; the last one may be filled up with rows of zeros.</summary>
    public int Blocks { get; }

    /// <summary>Pairs of dimensions of a row.</summary>
    public int Pairs { get; }

    /// <summary>The snapshot's row of each place.</summary>
    public ReadOnlySpan<int> Rows => _rows;

    /// <summary>s of each place.</summary>
    public ReadOnlySpan<float> Scales => _scales;

    /// <summary>Of each block a bound of |y|; falls from block to block.</summary>
    public ReadOnlySpan<float> Norms => _norms;

    /// <summary>Of each block a bound of |e| / s.</summary>
    public ReadOnlySpan<float> Errors => _errors;

    /// <summary>The first number of a block, <see cref="Pairs"/> × 16 pairs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref sbyte Block(int block) =>
        ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_numbers), _start + ((nint)block * _blockBytes));

    // The array does not move, so that where a cache line begins in it can be told once.
    private static int StartOf(sbyte[] pinned) =>
        (int)(-Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0) & (CacheLine - 1));

    private float[] SortByNorm(FactorTable movies)
    {
        var norms = new float[Count];
        var keys = new ulong[Count];
        for (var row = 0; row < Count; row++)
        {
            norms[row] = RowNorm.Of(movies.RankingRow(row));

            // The bits of floats that are not negative rise as they do.
            keys[row] = ((ulong)~BitConverter.SingleToUInt32Bits(norms[row]) << 32) | (uint)row;
        }

        keys.AsSpan().Sort();
        for (var place = 0; place < Count; place++)
        {
            _rows[place] = (int)(uint)keys[place];
        }

        return norms;
    }

    /// <returns>A bound of |e| / s.</returns>
    private float Round(int place, ReadOnlySpan<float> row, float norm)
    {
        if (norm is not (0 or (>= LeastNorm and <= MostNorm)))
        {
            _scales[place] = float.NaN;
            return 0;
        }

        var scale = MaxAbs(row) / MostNumber;
        _scales[place] = scale;
        if (scale == 0)
        {
            return 0;
        }

        ref var first = ref Unsafe.Add(ref Block(place / BlockRows), place % BlockRows * 2);
        var squares = 0.0;
        for (var j = 0; j < Pairs * 2 && j < row.Length; j++)
        {
            var number = Math.Round(row[j] / (double)scale);
            Unsafe.Add(ref first, (j / 2 * 2 * BlockRows) + (j % 2)) = (sbyte)Math.Clamp(number, -MostNumber, MostNumber);
            var error = row[j] - (scale * Math.Clamp(number, -MostNumber, MostNumber));
            squares += error * error;
        }

        return RowNorm.Up(Math.Sqrt(squares) / scale);
    }

    private static float MaxAbs(ReadOnlySpan<float> row)
    {
        var most = 0f;
        foreach (var value in row)
        {
            most = Math.Max(most, Math.Abs(value));
        }

        return most;
    }
}
