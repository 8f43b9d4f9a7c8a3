using OnlineCF.Core.Models;
using OnlineCF.Scoring;

namespace OnlineCF.Training.Factors.Cpu;

/// <summary>
/// The Gramian of one side's ranking rows, each with its weight. It is summed in parts of the table, always the same ones, so that it does
/// not depend on the number of threads.
/// </summary>
internal sealed class SideGramian : IDisposable
{
    private const int Parts = 8;
    private const int RowsAtOnce = 64;

    private readonly IRankingSide _side;
    private readonly int _dim;
    private readonly int _stride;
    private readonly ThreadTeam _team;
    private readonly double[][] _sums;
    private readonly float[][] _rows;
    private readonly float[] _plain;
    private readonly AlignedFloats _weighted;
    private readonly Action<int> _sumPart;

    /// <summary>Takes the memory; nothing is summed yet.</summary>
    public SideGramian(IRankingSide side, int dim, ThreadTeam team)
    {
        (_side, _dim, _stride, _team) = (side, dim, FactorTable.StrideOf(dim), team);
        var stride = _stride;
        _sums = [.. Enumerable.Range(0, Parts).Select(_ => new double[stride * stride])];
        _rows = [.. Enumerable.Range(0, Parts).Select(_ => new float[RowsAtOnce * stride])];
        (_plain, _weighted) = (new float[stride * stride], new AlignedFloats((long)stride * stride));
        _sumPart = SumPart;
    }

    /// <summary>G, stride × stride.</summary>
    public ReadOnlySpan<float> Plain => _plain;

    /// <summary>α0 G.</summary>
    public unsafe float* Weighted => _weighted.Pointer;

    /// <summary>Sums over the rows as they are now.</summary>
    public unsafe void Refresh(float unobservedWeight)
    {
        _team.Run(_sumPart, Parts);
        for (var i = 0; i < _stride; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var (below, above) = ((i * _stride) + j, (j * _stride) + i);
                var sum = 0.0;
                foreach (var part in _sums)
                {
                    sum += part[below];
                }

                _plain[below] = _plain[above] = (float)sum;
                Weighted[below] = Weighted[above] = unobservedWeight * (float)sum;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _weighted.Dispose();

    // Σ w y yᵀ as the Gramian of √w y, a block of rows at a time.
    private unsafe void SumPart(int part)
    {
        Array.Clear(_sums[part]);
        var (first, end) = ((int)((long)_side.Count * part / Parts), (int)((long)_side.Count * (part + 1) / Parts));
        var block = _rows[part];
        for (; first < end; first += RowsAtOnce)
        {
            var count = Math.Min(RowsAtOnce, end - first);
            for (var i = 0; i < count; i++)
            {
                var row = new ReadOnlySpan<float>(_side.RankingRow(first + i), _dim);
                var to = block.AsSpan(i * _stride, _dim);
                row.CopyTo(to);
                if (_side.Weights.Length > 0)
                {
                    Scale(to, MathF.Sqrt(_side.Weights[first + i]));
                }
            }

            GramianKernel.AddTo(_sums[part], block.AsSpan(0, count * _stride), _stride);
        }
    }

    private static void Scale(Span<float> row, float factor)
    {
        foreach (ref var value in row)
        {
            value *= factor;
        }
    }
}
