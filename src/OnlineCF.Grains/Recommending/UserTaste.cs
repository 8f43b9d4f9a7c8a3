using System.Buffers;
using OnlineCF.Core.Ratings;
using OnlineCF.Scoring;

namespace OnlineCF.Grains.Recommending;

/// <summary>
/// What a visitor's ratings say in one generation of models: the folded-in vectors, without the ratings and without the
/// model, so that who keeps it keeps neither twice. A change of the ratings makes a new one; so does a new generation,
/// and a rated movie that got factors. Of the moment is only what lists are made from: another heat makes another taste
/// that shares the rest.
/// </summary>
public sealed class UserTaste
{
    private readonly object? _generation;
    private long _foldedChange;

    private UserTaste(ServingModel? model, UserVectors? vectors, float heat, float[] momentary)
    {
        (_generation, _foldedChange) = (model?.Generation, model?.FoldedChange ?? 0);
        (Vectors, Heat, Momentary) = (vectors, heat, momentary);
        HasDirection = momentary.AsSpan().ContainsAnyExcept(0f);
    }

    /// <summary>The folded-in vectors, all ratings alike; null without a model.</summary>
    public UserVectors? Vectors { get; }

    /// <summary>x that lists are made from: that of the vectors at a heat of 0.</summary>
    public float[] Momentary { get; }

    /// <summary>How much the newest ratings decide.</summary>
    public float Heat { get; }

    /// <summary>Whether the ratings say anything about which movies are for the visitor and which are not.</summary>
    public bool HasDirection { get; }

    /// <summary>Whether they say what the visitor likes.</summary>
    public bool IsKnown { get; private init; }

    /// <summary>Stars below which a list of it holds nothing while there is something else.</summary>
    public float Floor { get; private init; }

    /// <summary>What the last open list of it has reached; null before the first.</summary>
    internal ListReach? Reach { get; set; }

    /// <summary>Whether a list of it was explained before.</summary>
    internal bool WasExplained { get; set; }

    /// <summary>Folds the ratings in.</summary>
    /// <param name="model">The serving model, or null while there is none.</param>
    /// <param name="rated">The visitor's ratings.</param>
    /// <param name="heat">How much the newest ratings decide, 0 to 1.</param>
    public static UserTaste Of(ServingModel? model, RatedMovies rated, float heat)
    {
        if (model is null)
        {
            return new UserTaste(null, null, heat, []);
        }

        var rows = ArrayPool<RatedRow>.Shared.Rent(rated.Count);
        try
        {
            var ratings = RatedRows.Of(model, rated, rows);
            var vectors = UserFoldIn.Fold(model, ratings);
            var recent = UserRecency.BiasOf(model, vectors, ratings, rated.Times);
            return new UserTaste(
                model, vectors with { RecentBias = recent }, heat, MomentaryOf(model, vectors, ratings, rated, heat))
            {
                IsKnown = RatedRows.AnyLiked(ratings),
                Floor = UserPreference.FloorOf(ratings),
            };
        }
        finally
        {
            ArrayPool<RatedRow>.Shared.Return(rows);
        }
    }

    /// <summary>The taste of the same ratings in the same model at another heat.</summary>
    public UserTaste At(ServingModel? model, RatedMovies rated, float heat)
    {
        if (heat == Heat || model is null)
        {
            return this;
        }

        var rows = ArrayPool<RatedRow>.Shared.Rent(rated.Count);
        var momentary = MomentaryOf(model, Vectors!, RatedRows.Of(model, rated, rows), rated, heat);
        ArrayPool<RatedRow>.Shared.Return(rows);
        return new UserTaste(model, Vectors, heat, momentary) { IsKnown = IsKnown, Floor = Floor };
    }

    /// <summary>Whether the same ratings would give the same vectors in this model.</summary>
    public bool IsOf(ServingModel? model, RatedMovies rated)
    {
        if (!ReferenceEquals(_generation, model?.Generation))
        {
            return false;
        }

        if (model is not null && model.FoldedChange != _foldedChange)
        {
            if (model.HasFoldedSince(_foldedChange, rated.MovieIds))
            {
                return false;
            }

            _foldedChange = model.FoldedChange;
        }

        return true;
    }

    private static float[] MomentaryOf(
        ServingModel model, UserVectors vectors, ReadOnlySpan<RatedRow> ratings, RatedMovies rated, float heat)
    {
        if (vectors.KnownRatings == 0)
        {
            return vectors.Ranking;
        }

        var buffer = ArrayPool<float>.Shared.Rent(ratings.Length);
        var weights = RatedRows.Weigh(model, ratings, rated, heat, buffer);
        var momentary = weights.IsEmpty ? vectors.Ranking : UserFoldIn.FoldRanking(model.At(heat), ratings, weights);
        ArrayPool<float>.Shared.Return(buffer);
        return momentary;
    }
}

/// <summary>What a list has reached: the same taste's next one reaches it too, unless something was hidden since.</summary>
/// <param name="Count">How many movies it had.</param>
/// <param name="Score">Of the last of them.</param>
internal sealed record ListReach(int Count, float Score);

/// <summary>A visitor's ratings as a model sees them.</summary>
internal static class RatedRows
{
    /// <summary>The row and stars of each rating, in order, written to <paramref name="buffer"/>, which may be longer.</summary>
    public static ReadOnlySpan<RatedRow> Of(ServingModel model, RatedMovies rated, RatedRow[] buffer)
    {
        var movieIds = rated.MovieIds;
        var values = rated.Values;
        for (var i = 0; i < movieIds.Length; i++)
        {
            buffer[i] = new RatedRow(model.RowOf(movieIds[i]), values[i]);
        }

        return buffer.AsSpan(0, movieIds.Length);
    }

    /// <summary>Whether a movie that the model knows is liked.</summary>
    public static bool AnyLiked(ReadOnlySpan<RatedRow> ratings)
    {
        foreach (var (row, value) in ratings)
        {
            if (row >= 0 && value >= Rating.LikedValue)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// How much each rating weighs at a heat, written to <paramref name="buffer"/>; nothing where all weigh the same. Where
    /// nothing is liked only dislikes weigh, so that a list is what is popular without what they push away.
    /// </summary>
    public static ReadOnlySpan<float> Weigh(
        ServingModel model, ReadOnlySpan<RatedRow> ratings, RatedMovies rated, float heat, float[] buffer)
    {
        var liked = AnyLiked(ratings);
        if (heat == 0 && liked)
        {
            return [];
        }

        var weights = buffer.AsSpan(0, rated.Count);
        SittingHeat.Weigh(heat, ratings, rated.Times, weights);
        var preference = new UserPreference(model, ratings);
        for (var i = 0; i < weights.Length && !liked; i++)
        {
            weights[i] = preference.IsDisliked(ratings[i].Value) ? weights[i] : 0;
        }

        return weights;
    }
}
