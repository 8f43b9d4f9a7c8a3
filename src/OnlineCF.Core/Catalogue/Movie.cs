namespace OnlineCF.Core.Catalogue;

/// <summary>What the catalogue knows of a movie.</summary>
/// <param name="MovieId">Greater than zero.</param>
/// <param name="Title">Without the year; empty when unknown.</param>
/// <param name="Year">Of release; 0 when unknown.</param>
/// <param name="Genres">Names, in the order given; empty when unknown.</param>
/// <param name="Hidden">A hidden movie is never recommended.</param>
public sealed record Movie(long MovieId, string Title, int Year, IReadOnlyList<string> Genres, bool Hidden);
