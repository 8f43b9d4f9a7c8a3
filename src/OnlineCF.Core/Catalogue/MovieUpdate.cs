namespace OnlineCF.Core.Catalogue;

/// <summary>Fields of a movie, without its id.</summary>
[Flags]
public enum MovieFields
{
    /// <summary>None of them: the movie is only known from then on.</summary>
    None = 0,

    /// <summary>Title.</summary>
    Title = 1,

    /// <summary>Year of release.</summary>
    Year = 2,

    /// <summary>Genres, as one list.</summary>
    Genres = 4,

    /// <summary>Whether it is hidden.</summary>
    Hidden = 8,

    /// <summary>All of them.</summary>
    All = Title | Year | Genres | Hidden,
}

/// <summary>A movie of which some fields are brought; the others stay what they are.</summary>
/// <param name="Movie">The id and what is brought; what else it holds does not count.</param>
/// <param name="Fields">What is brought.</param>
public readonly record struct MovieUpdate(Movie Movie, MovieFields Fields)
{
    /// <summary>A movie is an update of all its fields.</summary>
    public static implicit operator MovieUpdate(Movie movie) => new(movie, MovieFields.All);

    /// <summary>The movie afterwards.</summary>
    /// <param name="current">The movie before; null when it is not known, and what is not brought is unknown then.</param>
    public Movie AppliedTo(Movie? current)
    {
        current ??= new Movie(Movie.MovieId, "", 0, [], Hidden: false);
        return new Movie(
            Movie.MovieId,
            Fields.HasFlag(MovieFields.Title) ? Movie.Title : current.Title,
            Fields.HasFlag(MovieFields.Year) ? Movie.Year : current.Year,
            Fields.HasFlag(MovieFields.Genres) ? Movie.Genres : current.Genres,
            Fields.HasFlag(MovieFields.Hidden) ? Movie.Hidden : current.Hidden);
    }
}
