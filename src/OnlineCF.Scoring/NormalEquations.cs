using System.Buffers;

namespace OnlineCF.Scoring;

/// <summary>
/// One weighted least-squares problem of k unknowns, A z = b with A = Σ w y yᵀ + ridge · I, built row by row
/// and solved by Cholesky in double precision. Only the lower triangle of A is kept; memory is pooled.
/// </summary>
internal ref struct NormalEquations
{
    private readonly int _dimension;
    private readonly int _stride;
    private readonly double[] _pooledMatrix;
    private readonly double[] _pooledRows;
    private readonly Span<double> _matrix;
    private readonly Span<double> _rightSide;
    private readonly Span<double> _pending;
    private RowWeights _weights;
    private int _pendingCount;

    /// <param name="dimension">k, the number of unknowns.</param>
    /// <param name="stride">Floats of a padded row, at least k.</param>
    public NormalEquations(int dimension, int stride)
    {
        (_dimension, _stride) = (dimension, stride);
        _pooledMatrix = ArrayPool<double>.Shared.Rent(dimension * stride);
        _pooledRows = ArrayPool<double>.Shared.Rent((1 + RowWeights.Count) * stride);
        _matrix = _pooledMatrix.AsSpan(0, dimension * stride);
        _rightSide = _pooledRows.AsSpan(0, stride);
        _pending = _pooledRows.AsSpan(stride, RowWeights.Count * stride);
        _matrix.Clear();
        _rightSide.Clear();
    }

    /// <summary>A += weight · G.</summary>
    /// <param name="gramian">stride × stride, symmetric.</param>
    /// <param name="weight">Not negative.</param>
    public readonly void AddGramian(ReadOnlySpan<float> gramian, double weight)
    {
        for (var i = 0; i < _dimension; i++)
        {
            var row = _matrix.Slice(i * _stride, i + 1);
            var added = gramian.Slice(i * _stride, i + 1);
            for (var j = 0; j < row.Length; j++)
            {
                row[j] += weight * added[j];
            }
        }
    }

    /// <summary>A += weight · y yᵀ and b += target · y.</summary>
    public void AddRow(ReadOnlySpan<float> row, double weight, double target)
    {
        var pending = NextPending();
        for (var j = 0; j < pending.Length; j++)
        {
            pending[j] = row[j];
        }

        AddPending(weight, target);
    }

    /// <inheritdoc cref="AddRow(ReadOnlySpan{float}, double, double)"/>
    public void AddRow(ReadOnlySpan<double> row, double weight, double target)
    {
        row[.._dimension].CopyTo(NextPending());
        AddPending(weight, target);
    }

    /// <summary>
    /// Adds the ridge and factors A = L Lᵀ. A is positive semi-definite before, so with any ridge of weight in
    /// double precision no pivot can vanish; a ridge too small for that is raised to where none can
    /// (Higham 2002, "Accuracy and Stability of Numerical Algorithms", theorem 10.7).
    /// </summary>
    public void Factor(double ridge)
    {
        Flush();
        var trace = 0.0;
        for (var i = 0; i < _dimension; i++)
        {
            trace += _matrix[(i * _stride) + i];
        }

        var least = trace > 0 ? trace * _dimension * Math.ScaleB(1, -50) : 1;
        for (var i = 0; i < _dimension; i++)
        {
            _matrix[(i * _stride) + i] += Math.Max(ridge, least);
        }

        Cholesky.Factor(_matrix, _dimension, _stride);
    }

    /// <summary>Solves A z = b for the collected b and writes z; what lies beyond k is left as it is.</summary>
    public readonly void Solve(Span<float> into)
    {
        Cholesky.Solve(_matrix, _dimension, _stride, _rightSide);
        for (var i = 0; i < _dimension; i++)
        {
            into[i] = (float)_rightSide[i];
        }
    }

    /// <summary>Writes the lower triangle, L once it is factored, row after row.</summary>
    public readonly void CopyFactor(Span<double> packed)
    {
        for (var i = 0; i < _dimension; i++)
        {
            _matrix.Slice(i * _stride, i + 1).CopyTo(packed);
            packed = packed[(i + 1)..];
        }
    }

    /// <summary>Gives the memory back.</summary>
    public readonly void Dispose()
    {
        ArrayPool<double>.Shared.Return(_pooledMatrix);
        ArrayPool<double>.Shared.Return(_pooledRows);
    }

    private readonly Span<double> NextPending() => _pending.Slice(_pendingCount * _stride, _dimension);

    private void AddPending(double weight, double target)
    {
        DoubleKernel.AddScaled(NextPending(), target, _rightSide);
        _weights[_pendingCount++] = weight;
        if (_pendingCount == RowWeights.Count)
        {
            Flush();
        }
    }

    // Four rows at a time, so that the matrix is read and written once for all of them.
    private void Flush()
    {
        for (; _pendingCount is > 0 and < RowWeights.Count; _pendingCount++)
        {
            NextPending().Clear();
            _weights[_pendingCount] = 0;
        }

        for (var i = 0; i < _dimension && _pendingCount > 0; i++)
        {
            DoubleKernel.AddScaledRows(_pending, _stride, _weights, i, _matrix.Slice(i * _stride, i + 1));
        }

        _pendingCount = 0;
    }
}
