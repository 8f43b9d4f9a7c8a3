using System.Text.Json.Serialization;

namespace OnlineCF.Cli.Import;

/// <summary>
/// What an import came to. The counts are of the whole file, those of an interrupted import before it
/// included; the seconds are of this run, and the speed is that of its ratings, without the movies.
/// </summary>
internal sealed record ImportResult(
    long Accepted,
    long Duplicate,
    long Stale,
    long Rejected,
    long SkippedLines,
    long Movies,
    long ResumedAfterLine,
    double Seconds,
    double RatingsPerSecond)
{
    /// <summary>Whether the server has, or had already, anything of the file.</summary>
    [JsonIgnore]
    public bool HasTaken => Accepted + Duplicate + Stale + Movies > 0;

    /// <summary>Whether all of the file was understood and taken, now or before.</summary>
    [JsonIgnore]
    public bool IsWhole => Rejected + SkippedLines + RejectedMovies == 0;

    /// <summary>Movies that the server did not take.</summary>
    [JsonIgnore]
    public long RejectedMovies { get; init; }

    /// <summary>Ratings per second.</summary>
    public static double Speed(long ratings, TimeSpan elapsed) =>
        elapsed > TimeSpan.Zero ? Math.Round(ratings / elapsed.TotalSeconds, 1) : 0;
}
