using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace OnlineCF.Training.Factors.Cpu;

/// <summary>
/// The inner loops of a step, on rows padded with zeros to whole vectors. Each adds in a fixed order, so the same
/// rows give the same bits on whichever thread.
/// </summary>
internal static unsafe class RowKernel
{
    /// <summary>How many rows <see cref="MultiplyFour"/> takes at once.</summary>
    public const int RowsAtOnce = 4;

    private const int FloatsALine = 16;

    /// <summary>A dimension rounded up to whole vectors; at most the stride of a factor table.</summary>
    public static int WidthOf(int dimension) =>
        (dimension + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count;

    /// <summary>Has floats brought near while others are worked on; nothing where the machine cannot be asked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(float* first, int floats)
    {
        if (Sse.IsSupported)
        {
            for (var j = 0; j < floats; j += FloatsALine)
            {
                Sse.Prefetch0(first + j);
            }
        }
    }

    /// <summary>The same for floats that are needed a while later: not into the nearest cache, which others fill.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void PrefetchFar(float* first, int floats)
    {
        if (Sse.IsSupported)
        {
            for (var j = 0; j < floats; j += FloatsALine)
            {
                Sse.Prefetch1(first + j);
            }
        }
    }

    /// <summary>Σ a_j b_j.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Dot(float* a, float* b, int width)
    {
        Vector<float> even = default, odd = default;
        var j = 0;
        for (; j + (2 * Vector<float>.Count) <= width; j += 2 * Vector<float>.Count)
        {
            even = Vector.MultiplyAddEstimate(Vector.Load(a + j), Vector.Load(b + j), even);
            odd = Vector.MultiplyAddEstimate(
                Vector.Load(a + j + Vector<float>.Count), Vector.Load(b + j + Vector<float>.Count), odd);
        }

        return j < width
            ? Vector.Sum(Vector.MultiplyAddEstimate(Vector.Load(a + j), Vector.Load(b + j), even) + odd)
            : Vector.Sum(even + odd);
    }

    /// <summary>to = kept · to + factor · row + Σ factor_i · row_i, where 0 · to is 0 whatever stands there.</summary>
    /// <param name="to">Takes the sum.</param>
    /// <param name="kept">How much is kept of what is there.</param>
    /// <param name="row">A row.</param>
    /// <param name="factor">Its factor.</param>
    /// <param name="rows">Other rows.</param>
    /// <param name="offset">Where in each of them to begin.</param>
    /// <param name="factors">Their factors.</param>
    /// <param name="count">How many others there are.</param>
    /// <param name="width">Floats summed.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Combine(
        float* to, float kept, float* row, float factor, float** rows, int offset, float* factors, int count, int width)
    {
        // Two vectors at once, whose sums stay in registers while all rows pass.
        var (own, old) = (new Vector<float>(factor), new Vector<float>(kept));
        var j = 0;
        for (; j + (2 * Vector<float>.Count) <= width; j += 2 * Vector<float>.Count)
        {
            var next = j + Vector<float>.Count;
            var low = own * Vector.Load(row + j);
            var high = own * Vector.Load(row + next);
            if (kept != 0)
            {
                low = Vector.MultiplyAddEstimate(old, Vector.Load(to + j), low);
                high = Vector.MultiplyAddEstimate(old, Vector.Load(to + next), high);
            }

            for (var i = 0; i < count; i++)
            {
                var each = new Vector<float>(factors[i]);
                var other = rows[i] + offset;
                low = Vector.MultiplyAddEstimate(each, Vector.Load(other + j), low);
                high = Vector.MultiplyAddEstimate(each, Vector.Load(other + next), high);
            }

            Store(low, high, to + j);
        }

        if (j < width)
        {
            var sum = own * Vector.Load(row + j);
            sum = kept != 0 ? Vector.MultiplyAddEstimate(old, Vector.Load(to + j), sum) : sum;
            for (var i = 0; i < count; i++)
            {
                sum = Vector.MultiplyAddEstimate(new Vector<float>(factors[i]), Vector.Load(rows[i] + offset + j), sum);
            }

            sum.Store(to + j);
        }
    }

    /// <summary>to_r = row_r · G for four rows at once, so that G is read once for all of them.</summary>
    /// <param name="rows">Where the four rows begin.</param>
    /// <param name="gramian">dimension × stride, row-major.</param>
    /// <param name="dimension">k.</param>
    /// <param name="stride">From one row of G to the next.</param>
    /// <param name="to">Takes four rows; written up to the width of the dimension.</param>
    /// <param name="toStride">From one of them to the next.</param>
    public static void MultiplyFour(float** rows, float* gramian, int dimension, int stride, float* to, int toStride)
    {
        // One statement a product: as pairs, the compiler copies every sum to and fro.
        float* a = rows[0], b = rows[1], c = rows[2], d = rows[3];
        var width = WidthOf(dimension);
        var j = 0;
        for (; j + (2 * Vector<float>.Count) <= width; j += 2 * Vector<float>.Count)
        {
            Vector<float> a0 = default, a1 = default, b0 = default, b1 = default;
            Vector<float> c0 = default, c1 = default, d0 = default, d1 = default;
            var column = gramian + j;
            for (var t = 0; t < dimension; t++, column += stride)
            {
                var low = Vector.Load(column);
                var high = Vector.Load(column + Vector<float>.Count);
                var x = new Vector<float>(a[t]);
                a0 = Vector.MultiplyAddEstimate(x, low, a0);
                a1 = Vector.MultiplyAddEstimate(x, high, a1);
                x = new Vector<float>(b[t]);
                b0 = Vector.MultiplyAddEstimate(x, low, b0);
                b1 = Vector.MultiplyAddEstimate(x, high, b1);
                x = new Vector<float>(c[t]);
                c0 = Vector.MultiplyAddEstimate(x, low, c0);
                c1 = Vector.MultiplyAddEstimate(x, high, c1);
                x = new Vector<float>(d[t]);
                d0 = Vector.MultiplyAddEstimate(x, low, d0);
                d1 = Vector.MultiplyAddEstimate(x, high, d1);
            }

            Store(a0, a1, to + j);
            Store(b0, b1, to + toStride + j);
            Store(c0, c1, to + (2 * toStride) + j);
            Store(d0, d1, to + (3 * toStride) + j);
        }

        if (j < width)
        {
            Vector<float> a0 = default, b0 = default, c0 = default, d0 = default;
            var column = gramian + j;
            for (var t = 0; t < dimension; t++, column += stride)
            {
                var low = Vector.Load(column);
                a0 = Vector.MultiplyAddEstimate(new Vector<float>(a[t]), low, a0);
                b0 = Vector.MultiplyAddEstimate(new Vector<float>(b[t]), low, b0);
                c0 = Vector.MultiplyAddEstimate(new Vector<float>(c[t]), low, c0);
                d0 = Vector.MultiplyAddEstimate(new Vector<float>(d[t]), low, d0);
            }

            a0.Store(to + j);
            b0.Store(to + toStride + j);
            c0.Store(to + (2 * toStride) + j);
            d0.Store(to + (3 * toStride) + j);
        }
    }

    private static void Store(Vector<float> low, Vector<float> high, float* to)
    {
        low.Store(to);
        high.Store(to + Vector<float>.Count);
    }
}
