using System.Buffers;
using OnlineCF.Core.Models;

namespace OnlineCF.Scoring;

/// <summary>
/// The part of a user's bias that belongs to the moment (Koren 2009, "Collaborative filtering with temporal
/// dynamics", section 3.1, there dev_u(t) and b_u,t): people rate whole evenings better or worse than usual.
/// </summary>
public static class UserRecency
{
    private const double LeastWeight = 1e-3;

    /// <summary>How many of the latest ratings count at all.</summary>
    public static int Window(FoldInParameters parameters) => parameters.RecentDecay <= 0
        ? 1
        : (int)Math.Ceiling(Math.Log(LeastWeight) / Math.Log(Math.Min(parameters.RecentDecay, 0.999)));

    /// <summary>
    /// Σ_j d^j e_j / (Σ_j d^j + λ), with e_j = r_j − μ − b_u − b_i − p·q of the j-th latest rating, in stars.
    /// The ranking head has no part in e: of a rated movie it says what it was told.
    /// </summary>
    /// <param name="model">The model the user is folded into.</param>
    /// <param name="user">The user, from all ratings.</param>
    /// <param name="newestFirst">The user's latest ratings; those beyond <see cref="Window"/> do not count.</param>
    public static float BiasOf(ServingModel model, UserVectors user, ReadOnlySpan<RatedRow> newestFirst)
    {
        var parameters = model.Snapshot.FoldIn;
        var (weight, weights, residuals) = (1.0, 0.0, 0.0);
        foreach (var (row, value) in newestFirst[..Math.Min(newestFirst.Length, Window(parameters))])
        {
            var known = row >= 0 ? RatingPrediction.Known(model, user, row) : 0;
            residuals += weight * (value - model.Snapshot.GlobalMean - user.Bias - known);
            weights += weight;
            weight *= parameters.RecentDecay;
        }

        return weights == 0 ? 0 : (float)(residuals / (weights + parameters.RecentPrior));
    }

    /// <summary>
    /// The same of ratings in any order that comes again, with their times. Of one moment the later in that order is the
    /// newer, so that the same ratings give the same bias.
    /// </summary>
    /// <param name="model">The model the user is folded into.</param>
    /// <param name="user">The user, from all ratings.</param>
    /// <param name="ratings">All of the user's ratings.</param>
    /// <param name="times">When each was given, in any unit that rises.</param>
    public static float BiasOf(
        ServingModel model, UserVectors user, ReadOnlySpan<RatedRow> ratings, ReadOnlySpan<long> times)
    {
        var count = Math.Min(ratings.Length, Window(model.Snapshot.FoldIn));
        var places = ArrayPool<int>.Shared.Rent(count);
        var newest = ArrayPool<RatedRow>.Shared.Rent(count);
        RatingOrder.NewestFirst(times, places.AsSpan(0, count));
        for (var i = 0; i < count; i++)
        {
            newest[i] = ratings[places[i]];
        }

        var bias = BiasOf(model, user, newest.AsSpan(0, count));
        ArrayPool<int>.Shared.Return(places);
        ArrayPool<RatedRow>.Shared.Return(newest);
        return bias;
    }
}
