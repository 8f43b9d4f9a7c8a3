using OnlineCF.Core.Models;
using OnlineCF.Core.Ratings;

namespace OnlineCF.Scoring;

/// <summary>
/// What a rating asks of a user's own ranking factors. A model is trained on what people chose to see, disliked or not, and
/// there a low rating still says a little for its movie's kind. For the user whose list it is, it must not: stars below the
/// user's mean aim below zero, where unseen movies stand, so that they never lift what is like them, and weigh the more
/// the lower they are: c = 0.3 d, t = −0.5, d = (mean − value) / 3, at most 1. The mean is drawn to that of all as if by
/// five ratings, so that one who has only disliked is understood.
/// </summary>
public readonly struct UserPreference
{
    private const float DislikedWeight = 0.3f;
    private const float DislikedTarget = -0.5f;
    private const float DeepestStars = 3;
    private const float MeanPrior = 5;
    private const float FloorBelowMean = 0.5f;

    private readonly FoldInParameters _parameters;
    private readonly float _edge;

    /// <summary>The preference of a user with these ratings.</summary>
    /// <param name="model">The model they are folded into.</param>
    /// <param name="ratings">All of the user's ratings.</param>
    public UserPreference(ServingModel model, ReadOnlySpan<RatedRow> ratings)
    {
        _parameters = model.Snapshot.FoldIn;
        _edge = ((MeanOf(ratings) * ratings.Length) + (MeanPrior * model.Snapshot.GlobalMean)) / (ratings.Length + MeanPrior);
    }

    /// <summary>The mean of the stars; 0 without ratings.</summary>
    public static float MeanOf(ReadOnlySpan<RatedRow> ratings)
    {
        var sum = 0.0;
        foreach (var rating in ratings)
        {
            sum += rating.Value;
        }

        return ratings.IsEmpty ? 0 : (float)(sum / ratings.Length);
    }

    /// <summary>Stars below which a list holds nothing while there is something else: half a star below the mean.</summary>
    public static float FloorOf(ReadOnlySpan<RatedRow> ratings) => MeanOf(ratings) - FloorBelowMean;

    /// <summary>Whether stars speak against a movie.</summary>
    public bool IsDisliked(float value) => value < Rating.LikedValue && value < _edge;

    /// <summary>Weight c (&gt; 0) and target t of a rating.</summary>
    public (float Weight, float Target) Of(float value) => IsDisliked(value)
        ? (DislikedWeight * Math.Min(1, (_edge - value) / DeepestStars), DislikedTarget)
        : _parameters.PreferenceOf(value);
}
