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
    private readonly double[] _pooled;
    private readonly Span<double> _matrix;
    private readonly Span<double> _rightSide;
    private readonly Span<double> _row;

    /// <param name="dimension">k, the number of unknowns.</param>
    /// <param name="stride">Floats of a padded row, at least k.</param>
    public NormalEquations(int dimension, int stride)
    {
        (_dimension, _stride) = (dimension, stride);
        var size = dimension * stride;
        _pooled = ArrayPool<double>.Shared.Rent(size + (2 * stride));
        _matrix = _pooled.AsSpan(0, size);
        _rightSide = _pooled.AsSpan(size, stride);
        _row = _pooled.AsSpan(size + stride, stride);
        _pooled.AsSpan(0, size + stride).Clear();
    }

    /// <summary>A += weight · G.</summary>
    /// <param name="gramian">stride × stride, symmetric.</param>
    /// <param name="weight">Not negative.</param>
    public readonly void AddGramian(ReadOnlySpan<float> gramian, double weight)
    {
        for (var i = 0; i < _dimension; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                _matrix[(i * _stride) + j] += weight * gramian[(i * _stride) + j];
            }
        }
    }

    /// <summary>A += weight · y yᵀ and b += target · y.</summary>
    public readonly void AddRow(ReadOnlySpan<float> row, double weight, double target)
    {
        for (var j = 0; j < _dimension; j++)
        {
            _row[j] = row[j];
        }

        AddRow(_row, weight, target);
    }

    /// <inheritdoc cref="AddRow(ReadOnlySpan{float}, double, double)"/>
    public readonly void AddRow(ReadOnlySpan<double> row, double weight, double target)
    {
        for (var i = 0; i < _dimension; i++)
        {
            DoubleKernel.AddScaled(row[..(i + 1)], weight * row[i], _matrix.Slice(i * _stride, i + 1));
        }

        DoubleKernel.AddScaled(row[.._dimension], target, _rightSide[.._dimension]);
    }

    /// <summary>
    /// Adds the ridge and factors A = L Lᵀ. A is positive semi-definite before, so with any ridge of weight in
    /// double precision no pivot can vanish; a ridge too small for that is raised to where none can
    /// (Higham 2002, "Accuracy and Stability of Numerical Algorithms", theorem 10.7).
    /// </summary>
    public readonly void Factor(double ridge)
    {
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

    /// <summary>Solves A z = y for another right side and writes z; what lies beyond k is left as it is.</summary>
    public readonly void Solve(ReadOnlySpan<float> rightSide, Span<float> into)
    {
        for (var i = 0; i < _dimension; i++)
        {
            _rightSide[i] = rightSide[i];
        }

        Solve(into);
    }

    /// <summary>Gives the memory back.</summary>
    public readonly void Dispose() => ArrayPool<double>.Shared.Return(_pooled);
}
