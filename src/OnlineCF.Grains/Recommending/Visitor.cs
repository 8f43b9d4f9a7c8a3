using OnlineCF.Scoring;

namespace OnlineCF.Grains.Recommending;

/// <summary>Whom one answer is for, and the model that it comes from. Lives as long as the answer: it holds the model.</summary>
/// <param name="Model">The serving model as it was read once, or null while there is none.</param>
/// <param name="Taste">The ratings folded into that model.</param>
/// <param name="Rated">The ratings.</param>
public readonly record struct Visitor(ServingModel? Model, UserTaste Taste, RatedMovies Rated)
{
    /// <summary>A visitor whose ratings are folded in now, or were before if that still holds.</summary>
    public static Visitor Of(ServingModel? model, RatedMovies rated, UserTaste? before = null) =>
        new(model, before is not null && before.IsOf(model, rated) ? before : UserTaste.Of(model, rated), rated);

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
