using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace OnlineCF.Scoring;

/// <summary>G = YᵀY, which stands for "all movies" (or all users) in the ranking objective.</summary>
public static class GramianKernel
{
    // Small enough for a block to stay in the cache, and for float sums to lose nothing that matters.
    private const int BlockFloats = 65_536;
    private const int MostBlockRows = 64;
    private const int TileRows = 4;
    private const int TileColumns = 16;

    /// <summary>G of all rows, stride × stride, row-major, symmetric; zero where the padding is.</summary>
    /// <param name="rows">count × stride factors, row-major, padded with zeros.</param>
    /// <param name="stride">Floats a row, a multiple of 16.</param>
    /// <exception cref="ArgumentException">The stride does not fit.</exception>
    public static float[] Compute(ReadOnlySpan<float> rows, int stride)
    {
        var sums = new double[stride * stride];
        AddTo(sums, rows, stride);
        return Symmetric(sums, stride);
    }

    /// <summary>Σ w y yᵀ over all rows, stride × stride, row-major, symmetric.</summary>
    /// <inheritdoc cref="AddTo(double[], ReadOnlySpan{float}, int, ReadOnlySpan{float})"/>
    public static float[] Compute(ReadOnlySpan<float> rows, int stride, ReadOnlySpan<float> weights)
    {
        var sums = new double[stride * stride];
        AddTo(sums, rows, stride, weights);
        return Symmetric(sums, stride);
    }

    /// <summary>Adds the lower triangle of Σ w y yᵀ to the sums, stride × stride; above it is scratch.</summary>
    /// <param name="sums">stride × stride.</param>
    /// <param name="rows">count × stride factors, row-major, padded with zeros.</param>
    /// <param name="stride">Floats a row, a multiple of 16.</param>
    /// <param name="weights">w ≥ 0 of each row.</param>
    public static void AddTo(double[] sums, ReadOnlySpan<float> rows, int stride, ReadOnlySpan<float> weights)
    {
        var scaled = ArrayPool<float>.Shared.Rent(MostBlockRows * stride);
        for (var first = 0; first < weights.Length; first += MostBlockRows)
        {
            var count = Math.Min(MostBlockRows, weights.Length - first);
            for (var i = 0; i < count; i++)
            {
                var root = MathF.Sqrt(weights[first + i]);
                for (var j = 0; j < stride; j++)
                {
                    scaled[(i * stride) + j] = root * rows[((first + i) * stride) + j];
                }
            }

            AddTo(sums, scaled.AsSpan(0, count * stride), stride);
        }

        ArrayPool<float>.Shared.Return(scaled);
    }

    /// <summary>Adds the lower triangle of these rows' Gramian to the sums, stride × stride; above it is scratch.</summary>
    /// <exception cref="ArgumentException">The stride does not fit.</exception>
    public static void AddTo(double[] sums, ReadOnlySpan<float> rows, int stride)
    {
        if (stride <= 0 || stride % TileColumns != 0 || rows.Length % stride != 0)
        {
            throw new ArgumentException($"{rows.Length} floats are not rows of {stride}.", nameof(stride));
        }

        var block = Math.Clamp(BlockFloats / stride, 1, MostBlockRows) * stride;
        for (var start = 0; start < rows.Length; start += block)
        {
            AddBlock(rows.Slice(start, Math.Min(block, rows.Length - start)), stride, sums);
        }
    }

    private static float[] Symmetric(double[] sums, int stride)
    {
        var gramian = new float[stride * stride];
        for (var i = 0; i < stride; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                gramian[(i * stride) + j] = gramian[(j * stride) + i] = (float)sums[(i * stride) + j];
            }
        }

        return gramian;
    }

    // Lower triangle only, in tiles of 4 × 16 that stay in registers while the block's rows pass.
    private static void AddBlock(ReadOnlySpan<float> block, int stride, double[] sums)
    {
        for (var i = 0; i < stride; i += TileRows)
        {
            for (var j = 0; j <= i; j += TileColumns)
            {
                AddTile(block, stride, i, j, sums);
            }
        }
    }

    private static void AddTile(ReadOnlySpan<float> block, int stride, int i, int j, double[] sums)
    {
        Vector256<float> a0 = default, a1 = default, b0 = default, b1 = default;
        Vector256<float> c0 = default, c1 = default, d0 = default, d1 = default;
        ref var row = ref MemoryMarshal.GetReference(block);
        for (var offset = 0; offset < block.Length; offset += stride)
        {
            var low = Vector256.LoadUnsafe(ref row, (nuint)(offset + j));
            var high = Vector256.LoadUnsafe(ref row, (nuint)(offset + j + 8));
            ref var left = ref Unsafe.Add(ref row, offset + i);
            var factor = Vector256.Create(left);
            a0 = Vector256.MultiplyAddEstimate(factor, low, a0);
            a1 = Vector256.MultiplyAddEstimate(factor, high, a1);
            factor = Vector256.Create(Unsafe.Add(ref left, 1));
            b0 = Vector256.MultiplyAddEstimate(factor, low, b0);
            b1 = Vector256.MultiplyAddEstimate(factor, high, b1);
            factor = Vector256.Create(Unsafe.Add(ref left, 2));
            c0 = Vector256.MultiplyAddEstimate(factor, low, c0);
            c1 = Vector256.MultiplyAddEstimate(factor, high, c1);
            factor = Vector256.Create(Unsafe.Add(ref left, 3));
            d0 = Vector256.MultiplyAddEstimate(factor, low, d0);
            d1 = Vector256.MultiplyAddEstimate(factor, high, d1);
        }

        Store(a0, a1, sums.AsSpan((i * stride) + j, TileColumns));
        Store(b0, b1, sums.AsSpan(((i + 1) * stride) + j, TileColumns));
        Store(c0, c1, sums.AsSpan(((i + 2) * stride) + j, TileColumns));
        Store(d0, d1, sums.AsSpan(((i + 3) * stride) + j, TileColumns));
    }

    private static void Store(Vector256<float> low, Vector256<float> high, Span<double> sums)
    {
        for (var lane = 0; lane < 8; lane++)
        {
            sums[lane] += low[lane];
            sums[lane + 8] += high[lane];
        }
    }
}
