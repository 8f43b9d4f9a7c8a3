using OnlineCF.Core.Models;
using OnlineCF.Training.History;

namespace OnlineCF.Training.Factors.Cpu;

/// <summary>
/// One side, users or movies: the rows of both heads, their moments, and the gradients of the rows a minibatch draws.
/// Equations stand above <see cref="Torch.RatingHead"/> and <see cref="Torch.RankingHead"/>.
/// </summary>
internal sealed unsafe class HeadSide : IDisposable
{
    private const int MomentsPerRow = 4;
    private const int BiasFloats = 4;
    private const int SlotsAhead = 2;

    private readonly FoldInParameters _parameters;
    private readonly int _dim;
    private readonly int _stride;
    private readonly int _width;
    private readonly AlignedFloats _rating;
    private readonly AlignedFloats _ranking;
    private readonly AlignedFloats _moments;
    private readonly AlignedFloats _biases;
    private readonly AlignedFloats _gradients;
    private readonly float[] _biasGradients;
    private readonly float[] _share;
    private readonly float[] _rankingL2;

    /// <summary>Copies the initial rows.</summary>
    /// <param name="initial">Rows to start from.</param>
    /// <param name="ratings">The training ratings grouped by this side.</param>
    /// <param name="weights">How much each row weighs in the other side's ranking equations; empty when all weigh 1.</param>
    /// <param name="otherWeights">The same of the other side's rows.</param>
    /// <param name="batchSize">The most ratings of a minibatch.</param>
    /// <param name="parameters">The objective.</param>
    public HeadSide(
        InitialFactors initial, RatingColumns ratings, float[] weights, float[] otherWeights, int batchSize,
        FoldInParameters parameters)
    {
        (_parameters, Weights) = (parameters, weights);
        (Count, _dim) = (initial.Ranking.GetLength(0), initial.Ranking.GetLength(1));
        (_stride, _width) = (FactorTable.StrideOf(_dim), RowKernel.WidthOf(_dim));
        var slots = Math.Min(batchSize, Count);
        (_rating, _ranking) = (new AlignedFloats((long)Count * _stride), new AlignedFloats((long)Count * _stride));
        _moments = new AlignedFloats((long)Count * _stride * MomentsPerRow);
        _biases = new AlignedFloats((long)Count * BiasFloats);
        _gradients = new AlignedFloats((slots + RowKernel.RowsAtOnce) * 2L * _stride);
        Drawn = new DrawnRows(Count, batchSize);
        (_biasGradients, _share, _rankingL2) = (new float[slots], new float[Count], new float[Count]);
        Fill(initial);
        Weigh(ratings, otherWeights);
    }

    /// <summary>Rows.</summary>
    public int Count { get; }

    /// <summary>The minibatch's rows.</summary>
    public DrawnRows Drawn { get; }

    /// <summary>How much each row weighs in the other side's ranking equations; empty when all weigh 1.</summary>
    public float[] Weights { get; }

    /// <summary>All ranking rows.</summary>
    public ReadOnlySpan<float> Ranking => _ranking.AsSpan();

    /// <summary>The rating factors of a row.</summary>
    public float* RatingRow(int row) => _rating.Pointer + ((long)row * _stride);

    /// <summary>The ranking factors of a row.</summary>
    public float* RankingRow(int row) => _ranking.Pointer + ((long)row * _stride);

    /// <summary>b of a row.</summary>
    public ref float Bias(int row) => ref _biases.Pointer[(long)row * BiasFloats];

    /// <summary>Gradients of the drawn rows from slot <paramref name="first"/> to before <paramref name="end"/>, summed over their places.</summary>
    /// <param name="first">A multiple of <see cref="RowKernel.RowsAtOnce"/>.</param>
    /// <param name="end">The same, or the last slot's.</param>
    /// <param name="batch">The errors.</param>
    /// <param name="other">The other side, not yet moved.</param>
    /// <param name="others">Row of the other side of each place.</param>
    /// <param name="otherGramian">α0 times its Gramian.</param>
    public void AddUp(int first, int end, Minibatch batch, HeadSide other, ReadOnlySpan<int> others, float* otherGramian)
    {
        var rows = stackalloc float*[RowKernel.RowsAtOnce];
        for (var slot = first; slot < end; slot += RowKernel.RowsAtOnce)
        {
            for (var i = 0; i < RowKernel.RowsAtOnce; i++)
            {
                rows[i] = RankingRow(Drawn[Math.Min(slot + i, end - 1)]);
            }

            RowKernel.MultiplyFour(rows, otherGramian, _dim, _stride, Gradient(slot) + _stride, 2 * _stride);
        }

        for (var slot = first; slot < end; slot++)
        {
            AddUp(slot, batch, other, others);
        }
    }

    /// <summary>Moves the drawn rows from slot <paramref name="first"/> to before <paramref name="end"/>.</summary>
    public void Move(int first, int end, AdamStep adam)
    {
        for (var slot = first; slot < end; slot++)
        {
            PrefetchMoves(Drawn[Math.Min(slot + SlotsAhead, end - 1)]);
            var row = Drawn[slot];
            var moments = _moments.Pointer + ((long)row * _stride * MomentsPerRow);
            var bias = _biases.Pointer + ((long)row * BiasFloats);
            adam.Move(RatingRow(row), moments, moments + _stride, Gradient(slot), _width);
            adam.Move(RankingRow(row), moments + (2 * _stride), moments + (3 * _stride), Gradient(slot) + _stride, _width);
            adam.Move(ref bias[0], ref bias[1], ref bias[2], _biasGradients[slot]);
        }
    }

    /// <summary>A copy of all rows.</summary>
    public HeadRows Copy()
    {
        var biases = new float[Count];
        for (var row = 0; row < Count; row++)
        {
            biases[row] = Bias(row);
        }

        return new HeadRows(biases, _rating.AsSpan().ToArray(), _ranking.AsSpan().ToArray());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var floats in (ReadOnlySpan<AlignedFloats>)[_rating, _ranking, _moments, _biases, _gradients])
        {
            floats.Dispose();
        }
    }

    /// <summary>Brings a row's factors near.</summary>
    public void Prefetch(int row)
    {
        RowKernel.Prefetch(RatingRow(row), _width);
        RowKernel.Prefetch(RankingRow(row), _width);
    }

    private void PrefetchMoves(int row)
    {
        Prefetch(row);
        RowKernel.Prefetch(_moments.Pointer + ((long)row * _stride * MomentsPerRow), _stride * MomentsPerRow);
        RowKernel.Prefetch(_biases.Pointer + ((long)row * BiasFloats), 1);
    }

    private float* Gradient(int slot) => _gradients.Pointer + (slot * 2L * _stride);

    private void AddUp(int slot, Minibatch batch, HeadSide other, ReadOnlySpan<int> others)
    {
        var row = Drawn[slot];
        var places = Drawn.PlacesOf(slot);
        float* rating = Gradient(slot), ranking = rating + _stride;
        RowKernel.Scale(rating, RatingRow(row), places.Length * (_parameters.RatingL2 + (_share[row] * _parameters.RatingPrior)), _width);
        RowKernel.AddScaled(ranking, RankingRow(row), _rankingL2[row], _width);
        RowKernel.Scale(ranking, ranking, places.Length * _share[row], _width);
        var bias = places.Length * _share[row] * _parameters.BiasPrior * Bias(row);
        foreach (var place in places)
        {
            RowKernel.AddScaled(rating, other.RatingRow(others[place]), batch.RatingErrors[place], _width);
            RowKernel.AddScaled(ranking, other.RankingRow(others[place]), batch.Pulls[place] * other.WeightOf(others[place]), _width);
            bias += batch.RatingErrors[place];
        }

        _biasGradients[slot] = bias;
    }

    private void Fill(InitialFactors initial)
    {
        for (var row = 0; row < Count; row++)
        {
            for (var f = 0; f < _dim; f++)
            {
                RatingRow(row)[f] = initial.Rating[row, f];
                RankingRow(row)[f] = initial.Ranking[row, f];
            }

            Bias(row) = initial.Rating[row, _dim];
        }
    }

    private float WeightOf(int row) => Weights.Length == 0 ? 1 : Weights[row];

    // A row drawn n times an epoch carries 1/n each time of what does not grow with its ratings.
    private void Weigh(RatingColumns ratings, float[] otherWeights)
    {
        for (var row = 0; row < Count; row++)
        {
            var values = ratings.ValuesOf(row);
            var others = ratings.MoviesOf(row);
            var weights = 0f;
            for (var i = 0; i < values.Length; i++)
            {
                weights += _parameters.PreferenceOf(values[i]).Weight
                    * (otherWeights.Length == 0 ? 1 : otherWeights[others[i]]);
            }

            _share[row] = 1f / Math.Max(1, values.Length);
            _rankingL2[row] = (_parameters.RankingL2 * weights) + _parameters.RankingPrior;
        }
    }
}
