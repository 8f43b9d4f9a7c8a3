namespace OnlineCF.Cli.Import;

/// <summary>How far an unfinished import has come: everything up to <paramref name="Line"/> is acknowledged.</summary>
/// <param name="Path">Full path given to the import.</param>
/// <param name="File">The ratings file, inside a folder or zip.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="ModifiedAt">When it was written.</param>
/// <param name="Server">The server's address, the first of several.</param>
/// <param name="Line">The last acknowledged line, from 1.</param>
/// <param name="Sequence">The server's rating log then.</param>
/// <param name="Totals">The answers so far.</param>
/// <param name="SkippedLines">Bad lines so far.</param>
internal sealed record ResumeMark(
    string Path,
    string File,
    long Length,
    DateTimeOffset ModifiedAt,
    Uri Server,
    long Line,
    long Sequence,
    ImportTotals Totals,
    long SkippedLines)
{
    /// <summary>What was said of the file (<see cref="RatingRules.Key"/>).</summary>
    public string Rules { get; init; } = RatingRules.None.Key;

    /// <summary>The mark before the first line.</summary>
    public static ResumeMark Start(string path, DataFile ratings, Uri server) =>
        new(path, ratings.Name, ratings.Length, ratings.ModifiedAt, server, 0, 0, default, 0);

    /// <summary>Whether this mark was made for the same file, unchanged since, and the same server.</summary>
    public bool IsFor(ResumeMark start) =>
        (Path, File, Length, ModifiedAt, Server, Rules) == (start.Path, start.File, start.Length, start.ModifiedAt, start.Server, start.Rules);
}
