using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace OnlineCF.Scoring;

/// <summary>
/// Why movies have their scores. A score is linear in the liked ratings:
/// x·y = Σ_i w_i c_i t_i y_iᵀ A⁻¹ y with A = α0 G + Σ w c y yᵀ + λ' I (Hu, Koren, Volinsky 2008, section 5),
/// so each rating has an exact share in it. A rating with target t = 0 has none of its own: it acts through A
/// on the shares of the others. A is factored once for all movies of a list.
/// </summary>
public ref struct ScoreExplainer
{
    /// <summary>How many movies one pass over the ratings explains.</summary>
    public const int MoviesAtOnce = 4;

    private readonly ServingModel _model;
    private readonly ReadOnlySpan<RatedRow> _ratings;
    private readonly RankingFactor _factor;
    private readonly double[] _pooledSolution;
    private readonly float[] _pooledDirections;

    // w c t of each rating, 0 where the model does not know the movie: the same for all movies of a list.
    private readonly float[] _pooledPulls;

    /// <summary>Collects and factors A.</summary>
    /// <param name="model">The model that made the scores.</param>
    /// <param name="ratings">The ratings that the user was folded in from.</param>
    /// <param name="weights">How much each of them weighed; empty where each weighed 1.</param>
    public ScoreExplainer(ServingModel model, ReadOnlySpan<RatedRow> ratings, ReadOnlySpan<float> weights)
        : this(model, ratings, weights, RankingFactor.Of(model, ratings, weights))
    {
    }

    /// <summary>Takes A as it was factored before.</summary>
    /// <param name="model">The model that made the scores.</param>
    /// <param name="ratings">The ratings that the user was folded in from.</param>
    /// <param name="weights">How much each of them weighed; empty where each weighed 1.</param>
    /// <param name="factor">Of the same ratings, weights and factors of theirs.</param>
    public ScoreExplainer(
        ServingModel model, ReadOnlySpan<RatedRow> ratings, ReadOnlySpan<float> weights, RankingFactor factor)
    {
        _model = model;
        _ratings = ratings;
        _factor = factor;
        _pooledSolution = ArrayPool<double>.Shared.Rent(model.Snapshot.EmbeddingDim);
        _pooledDirections = ArrayPool<float>.Shared.Rent(MoviesAtOnce * model.Stride);
        _pooledPulls = ArrayPool<float>.Shared.Rent(ratings.Length);
        var preference = new UserPreference(model, ratings);
        for (var i = 0; i < ratings.Length; i++)
        {
            _pooledPulls[i] = PullOf(preference, ratings[i]) * (weights.IsEmpty ? 1 : weights[i]);
        }
    }

    /// <summary>The share of each rating in the score of one movie; the shares add up to the score.</summary>
    /// <param name="row">The recommended movie.</param>
    /// <param name="shares">One for each rating, in the same order; 0 for unknown movies.</param>
    /// <exception cref="ArgumentException">There is not one share for each rating.</exception>
    public readonly void Shares(int row, Span<float> shares) => Shares([new ScoredRow(row, 0)], shares);

    /// <summary>The same for up to four movies, for which the rated movies' factors are read once.</summary>
    /// <param name="movies">At most <see cref="MoviesAtOnce"/> recommended movies.</param>
    /// <param name="shares">Those of the first movie, then those of the second, and so on.</param>
    /// <exception cref="ArgumentException">There are more movies, or not one share for each rating of each movie.</exception>
    public readonly void Shares(ReadOnlySpan<ScoredRow> movies, Span<float> shares)
    {
        if (movies.Length > MoviesAtOnce || shares.Length != movies.Length * _ratings.Length)
        {
            throw new ArgumentException(
                $"{_ratings.Length} ratings have no {shares.Length} shares in {movies.Length} movies.", nameof(shares));
        }

        _pooledDirections.AsSpan(0, MoviesAtOnce * _model.Stride).Clear();
        for (var movie = 0; movie < movies.Length; movie++)
        {
            SetDirection(movie, movies[movie].Row);
        }

        if (Vector512.IsHardwareAccelerated)
        {
            Shares<Lanes512>(movies.Length, shares);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Shares<Lanes256>(movies.Length, shares);
        }
        else
        {
            Shares<Lanes128>(movies.Length, shares);
        }
    }

    /// <summary>
    /// The largest shares in the score of one movie, largest first; of equal ones the earlier rating's. A dislike is among
    /// the rest: it may lift what is unlike its movie, and is no reason to see it.
    /// </summary>
    /// <param name="shares">All shares in the movie's score.</param>
    /// <param name="into">
    /// Takes the places of the ratings, with their shares; its length is how many are wanted. A share of zero is none.
    /// </param>
    /// <param name="rest">The sum of all other shares: with those given it makes the score.</param>
    /// <returns>How many shares were found, at most <paramref name="into"/>'s length.</returns>
    public readonly int Largest(ReadOnlySpan<float> shares, Span<ScoredRow> into, out float rest)
    {
        var best = new BestRows(into);
        var (nonZero, sum) = (0, 0.0);
        for (var i = 0; i < shares.Length; i++)
        {
            var share = shares[i];
            sum += share;
            nonZero += share == 0 ? 0 : 1;
            if (share != 0 && _pooledPulls[i] > 0 && best.Wants(i, share))
            {
                best.Add(i, share);
            }
        }

        var found = best.SortBestFirst();
        foreach (var (_, share) in into[..found])
        {
            sum -= share;
        }

        rest = found == nonZero ? 0 : (float)sum;
        return found;
    }

    /// <summary>Gives pooled memory back.</summary>
    public readonly void Dispose()
    {
        ArrayPool<double>.Shared.Return(_pooledSolution);
        ArrayPool<float>.Shared.Return(_pooledDirections);
        ArrayPool<float>.Shared.Return(_pooledPulls);
    }

    // A⁻¹ y.
    private readonly void SetDirection(int movie, int row)
    {
        var solution = _pooledSolution.AsSpan(0, _model.Snapshot.EmbeddingDim);
        var y = _model.RankingRow(row);
        for (var j = 0; j < solution.Length; j++)
        {
            solution[j] = y[j];
        }

        _factor.Solve(solution);
        var direction = _pooledDirections.AsSpan(movie * _model.Stride, _model.Stride);
        for (var j = 0; j < solution.Length; j++)
        {
            direction[j] = (float)solution[j];
        }
    }

    private readonly void Shares<TLanes>(int movies, Span<float> shares)
        where TLanes : struct, ILanes<TLanes>
    {
        var stride = _model.Stride;
        ref var directions = ref MemoryMarshal.GetArrayDataReference(_pooledDirections);
        for (var i = 0; i < _ratings.Length; i++)
        {
            var products = _pooledPulls[i] is var pull and not 0
                ? pull * DotKernel.DotFourRows<TLanes>(
                    ref MemoryMarshal.GetReference(_model.RankingRow(_ratings[i].Row)), ref directions, stride)
                : Vector128<float>.Zero;
            for (var movie = 0; movie < movies; movie++)
            {
                shares[(movie * _ratings.Length) + i] = products[movie];
            }
        }
    }

    private static float PullOf(UserPreference preference, RatedRow rating)
    {
        var (weight, target) = preference.Of(rating.Value);
        return rating.Row < 0 ? 0 : weight * target;
    }
}
