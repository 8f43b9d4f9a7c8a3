using OnlineCF.Core.Models;
using OnlineCF.Training.History;

namespace OnlineCF.Training.Factors.Cpu;

/// <summary>
/// One side, users or movies: the rows of both heads, their moments, and the gradients of the rows a minibatch draws.
/// Equations stand above <see cref="Torch.RatingHead"/> and <see cref="Torch.RankingHead"/>. All that a row has lies
/// together, both heads, then the means of their gradients, then the variances: tables are larger than the caches,
/// and a row costs what is fetched for it. A user's rating row is [p, b_u, 1] and a movie's [q, 1, b_i], so that the
/// product of both is p·q + b_u + b_i.
/// </summary>
internal sealed unsafe class HeadSide : IRankingSide, IDisposable
{
    private const int BiasColumns = 2;
    private const int CopiesOfRow = 3;
    private const int SlotsAhead = 2;
    private const int PlacesAtOnce = 32;

    private readonly FoldInParameters _parameters;
    private readonly int _dim;
    private readonly int _bias;
    private readonly int _one;
    private readonly long _record;
    private readonly AlignedFloats _rows;
    private readonly AlignedFloats _gradients;
    private readonly float[] _share;
    private readonly float[] _rankingL2;

    /// <summary>Copies the initial rows.</summary>
    /// <param name="initial">Rows to start from.</param>
    /// <param name="ratings">The training ratings grouped by this side.</param>
    /// <param name="weights">How much each row weighs in the other side's ranking equations; empty when all weigh 1.</param>
    /// <param name="otherWeights">The same of the other side's rows.</param>
    /// <param name="batchSize">The most ratings of a minibatch.</param>
    /// <param name="parameters">The objective.</param>
    /// <param name="biasColumn">Which of the two columns after the rating factors is the bias, 0 or 1; the other side has the other.</param>
    public HeadSide(
        InitialFactors initial, RatingColumns ratings, float[] weights, float[] otherWeights, int batchSize,
        FoldInParameters parameters, int biasColumn)
    {
        (_parameters, Weights) = (parameters, weights);
        (Count, _dim) = (initial.Ranking.GetLength(0), initial.Ranking.GetLength(1));
        (_bias, _one) = (_dim + biasColumn, _dim + 1 - biasColumn);
        (RatingWidth, RankingWidth) = (RowKernel.WidthOf(_dim + BiasColumns), RowKernel.WidthOf(_dim));
        _record = CopiesOfRow * (RatingWidth + RankingWidth);
        _rows = new AlignedFloats(Count * _record);
        _gradients = new AlignedFloats((Math.Min(batchSize, Count) + RowKernel.RowsAtOnce) * (long)GradientStride);
        Drawn = new DrawnRows(Count, batchSize);
        (_share, _rankingL2) = (new float[Count], new float[Count]);
        Fill(initial);
        Weigh(ratings, otherWeights);
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <summary>The minibatch's rows.</summary>
    public DrawnRows Drawn { get; }

    /// <inheritdoc/>
    public float[] Weights { get; }

    /// <summary>Floats of a rating row.</summary>
    public int RatingWidth { get; }

    /// <summary>Floats of a ranking row.</summary>
    public int RankingWidth { get; }

    /// <summary>The rating factors of a row, its bias and its 1.</summary>
    public float* RatingRow(int row) => _rows.Pointer + (row * _record);

    /// <inheritdoc/>
    public float* RankingRow(int row) => RatingRow(row) + RatingWidth;

    /// <summary>Gradients of the drawn rows from slot <paramref name="first"/> to before <paramref name="end"/>, summed over their places.</summary>
    /// <param name="first">A multiple of <see cref="RowKernel.RowsAtOnce"/>.</param>
    /// <param name="end">The same, or the last slot's.</param>
    /// <param name="others">The other side, not yet moved.</param>
    public void AddUp(int first, int end, in Others others)
    {
        var rows = stackalloc float*[PlacesAtOnce];
        float* errors = stackalloc float[PlacesAtOnce], pulls = stackalloc float[PlacesAtOnce];
        for (var slot = first; slot < end; slot += RowKernel.RowsAtOnce)
        {
            // While the Gramian is multiplied, what comes after it is fetched.
            for (var i = 0; i < RowKernel.RowsAtOnce; i++)
            {
                var drawn = Math.Min(slot + i, end - 1);
                var row = Drawn[drawn];
                others.Side.Prefetch(others.Rows[Drawn.PlacesOf(drawn)[0]]);
                rows[i] = RankingRow(row);
                RowKernel.PrefetchFar(RatingRow(row) + GradientStride, (CopiesOfRow - 1) * GradientStride);
            }

            RowKernel.MultiplyFour(
                rows, others.Gramian.Weighted, _dim, FactorTable.StrideOf(_dim), Gradient(slot) + RatingWidth, GradientStride);
        }

        for (var slot = first; slot < end; slot++)
        {
            AddUp(slot, in others, rows, errors, pulls);
        }
    }

    /// <summary>Moves the drawn rows from slot <paramref name="first"/> to before <paramref name="end"/>.</summary>
    public void Move(int first, int end, AdamStep adam)
    {
        for (var slot = first; slot < end; slot++)
        {
            RowKernel.Prefetch(RatingRow(Drawn[Math.Min(slot + SlotsAhead, end - 1)]), (int)_record);
            var row = RatingRow(Drawn[slot]);
            var mean = row + GradientStride;
            adam.Move(row, mean, mean + GradientStride, Gradient(slot), GradientStride);
        }
    }

    /// <summary>A copy of all rows.</summary>
    public HeadRows Copy()
    {
        var stride = FactorTable.StrideOf(_dim);
        var (biases, rating, ranking) = (new float[Count], new float[(long)Count * stride], new float[(long)Count * stride]);
        for (var row = 0; row < Count; row++)
        {
            biases[row] = RatingRow(row)[_bias];
            new ReadOnlySpan<float>(RatingRow(row), _dim).CopyTo(rating.AsSpan(row * stride));
            new ReadOnlySpan<float>(RankingRow(row), _dim).CopyTo(ranking.AsSpan(row * stride));
        }

        return new HeadRows(biases, rating, ranking);
    }

    /// <inheritdoc/>
    public RankingTable RankingTable()
    {
        var stride = FactorTable.StrideOf(_dim);
        var copy = new AlignedFloats((long)Count * stride);
        for (var row = 0; row < Count; row++)
        {
            new ReadOnlySpan<float>(RankingRow(row), _dim).CopyTo(new Span<float>(copy.Pointer + ((long)row * stride), _dim));
        }

        return new RankingTable(copy, isOwned: true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _rows.Dispose();
        _gradients.Dispose();
    }

    /// <summary>Brings a row's factors near.</summary>
    public void Prefetch(int row) => RowKernel.Prefetch(RatingRow(row), GradientStride);

    // Both heads of a row side by side, as their gradients and each of their moments are.
    private int GradientStride => RatingWidth + RankingWidth;

    private float* Gradient(int slot) => _gradients.Pointer + ((long)slot * GradientStride);

    private void AddUp(int slot, in Others others, float** rows, float* errors, float* pulls)
    {
        var row = Drawn[slot];
        var places = Drawn.PlacesOf(slot);
        var gradient = Gradient(slot);
        var share = places.Length * _share[row];
        var ridge = (places.Length * _parameters.RatingL2) + (share * _parameters.RatingPrior);
        var (own, ownRanking, kept) = (ridge, share * _rankingL2[row], share);
        for (var first = 0; first < places.Length; first += PlacesAtOnce)
        {
            var count = Math.Min(PlacesAtOnce, places.Length - first);
            for (var i = 0; i < count; i++)
            {
                var place = places[first + i];
                var other = others.Rows[place];
                rows[i] = others.Side.RatingRow(other);
                errors[i] = others.Batch.RatingErrors[place];
                pulls[i] = others.Batch.Pulls[place] * others.Side.WeightOf(other);
            }

            RowKernel.Combine(gradient, first == 0 ? 0 : 1, RatingRow(row), own, rows, 0, errors, count, RatingWidth);
            RowKernel.Combine(
                gradient + RatingWidth, kept, RankingRow(row), ownRanking, rows, RatingWidth, pulls, count, RankingWidth);
            (own, ownRanking, kept) = (0, 0, 1);
        }

        // The bias has an L2 of its own, and the 1 stays what it is.
        gradient[_bias] += ((share * _parameters.BiasPrior) - ridge) * RatingRow(row)[_bias];
        gradient[_one] = 0;
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

            RatingRow(row)[_bias] = initial.Rating[row, _dim];
            RatingRow(row)[_one] = 1;
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
