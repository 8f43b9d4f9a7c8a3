using OnlineCF.Scoring;

namespace OnlineCF.Grains.Recommending;

/// <summary>Whom one answer is for, and the model that it comes from. Lives as long as the answer: it holds the model.</summary>
/// <param name="Model">The serving model as it was read once, or null while there is none.</param>
/// <param name="Taste">The ratings folded into that model.</param>
/// <param name="Rated">The ratings.</param>
public readonly record struct Visitor(ServingModel? Model, UserTaste Taste, RatedMovies Rated)
{
    private readonly IReadOnlyList<long>? _dismissed;

    /// <summary>Movies that are on no list, by rising id.</summary>
    public IReadOnlyList<long> Dismissed
    {
        get => _dismissed ?? [];
        init => _dismissed = value;
    }

    /// <summary>A visitor whose ratings are folded in now, or were before as far as that still holds.</summary>
    /// <param name="model">The serving model, or null while there is none.</param>
    /// <param name="rated">The visitor's ratings.</param>
    /// <param name="heat">How much the newest of them decide, 0 to 1.</param>
    /// <param name="before">The taste as it was, or null.</param>
    public static Visitor Of(ServingModel? model, RatedMovies rated, float heat, UserTaste? before = null) => new(
        model,
        before is not null && before.IsOf(model, rated) ? before.At(model, rated, heat) : UserTaste.Of(model, rated, heat),
        rated);

    /// <summary>The vectors as they would be without the rating of a movie; null without a model.</summary>
    public UserVectors? Without(long movieId)
    {
        var index = Rated.MovieIds.BinarySearch(movieId);
        if (index < 0 || Model is null)
        {
            return Taste.Vectors;
        }

        var ratings = RatedRows.Of(Model, Rated, new RatedRow[Rated.Count]);
        return UserFoldIn.Fold(Model, [.. ratings[..index], .. ratings[(index + 1)..]]);
    }
}
