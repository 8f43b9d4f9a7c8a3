using OnlineCF.Scoring;

namespace OnlineCF.Grains.Recommending;

/// <summary>
/// A visitor's ratings folded into one model: what every question about the visitor is answered from.
/// Immutable; a new rating or another model makes a new one.
/// </summary>
public sealed class UserTaste
{
    /// <summary>Folds the ratings in. Ids, values and times are parallel; a movie occurs once.</summary>
    /// <param name="model">The serving model, or null while there is none.</param>
    /// <param name="movieIds">Rated movies, rising.</param>
    /// <param name="values">Their stars.</param>
    /// <param name="times">When they were given, in any unit that rises.</param>
    public UserTaste(ServingModel? model, long[] movieIds, float[] values, long[] times)
    {
        Model = model;
        MovieIds = movieIds;
        Values = values;
        if (model is null)
        {
            return;
        }

        Rows = new RatedRow[movieIds.Length];
        for (var i = 0; i < movieIds.Length; i++)
        {
            Rows[i] = new RatedRow(model.RowOf(movieIds[i]), values[i]);
        }

        var vectors = UserFoldIn.Fold(model, Rows);
        Vectors = vectors with { RecentBias = UserRecency.BiasOf(model, vectors, NewestFirst(Rows, times)) };
        IsKnown = Vectors.Ranking.AsSpan().ContainsAnyExcept(0f);
    }

    /// <summary>The model the taste belongs to.</summary>
    public ServingModel? Model { get; }

    /// <summary>Rated movies, rising.</summary>
    public long[] MovieIds { get; }

    /// <summary>Their stars.</summary>
    public float[] Values { get; }

    /// <summary>Their rows in the model.</summary>
    public RatedRow[] Rows { get; } = [];

    /// <summary>The folded-in vectors; null without a model.</summary>
    public UserVectors? Vectors { get; }

    /// <summary>Whether the ratings say anything about what the visitor likes.</summary>
    public bool IsKnown { get; }

    /// <summary>Whether the movie is rated.</summary>
    public bool HasRated(long movieId) => MovieIds.AsSpan().BinarySearch(movieId) >= 0;

    // Ratings of one moment stand in the order of their movies, so that the same ratings give the same vectors.
    private static RatedRow[] NewestFirst(RatedRow[] rows, long[] times)
    {
        var places = Enumerable.Range(0, rows.Length).ToArray();
        Array.Sort(places, (a, b) => times[a] == times[b] ? b.CompareTo(a) : times[b].CompareTo(times[a]));
        return Array.ConvertAll(places, place => rows[place]);
    }
}
