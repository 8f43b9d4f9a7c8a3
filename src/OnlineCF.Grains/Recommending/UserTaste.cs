using System.Buffers;
using OnlineCF.Scoring;

namespace OnlineCF.Grains.Recommending;

/// <summary>
/// What a visitor's ratings say in one generation of models: the folded-in vectors, without the ratings and without the
/// model, so that who keeps it keeps neither twice. A change of the ratings makes a new one; so does a new generation,
/// and a rated movie that got factors.
/// </summary>
public sealed class UserTaste
{
    private readonly object? _generation;
    private long _foldedChange;

    private UserTaste(ServingModel? model, UserVectors? vectors)
    {
        (_generation, _foldedChange, Vectors) = (model?.Generation, model?.FoldedChange ?? 0, vectors);
        IsKnown = vectors is not null && vectors.Ranking.AsSpan().ContainsAnyExcept(0f);
    }

    /// <summary>The folded-in vectors; null without a model.</summary>
    public UserVectors? Vectors { get; }

    /// <summary>Whether the ratings say anything about what the visitor likes.</summary>
    public bool IsKnown { get; }

    /// <summary>Whether a list of it was explained before.</summary>
    internal bool WasExplained { get; set; }

    /// <summary>Folds the ratings in.</summary>
    /// <param name="model">The serving model, or null while there is none.</param>
    /// <param name="rated">The visitor's ratings.</param>
    public static UserTaste Of(ServingModel? model, RatedMovies rated)
    {
        if (model is null)
        {
            return new UserTaste(null, null);
        }

        var rows = ArrayPool<RatedRow>.Shared.Rent(rated.Count);
        try
        {
            var ratings = RatedRows.Of(model, rated, rows);
            var vectors = UserFoldIn.Fold(model, ratings);
            var recent = UserRecency.BiasOf(model, vectors, ratings, rated.Times);
            return new UserTaste(model, vectors with { RecentBias = recent });
        }
        finally
        {
            ArrayPool<RatedRow>.Shared.Return(rows);
        }
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
}

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
}
