namespace OnlineCF.Cli.Import;

/// <summary>What an import came to. The counts are of the whole file, those of an interrupted import before it included.</summary>
internal sealed record ImportResult(
    long Accepted,
    long Duplicate,
    long Stale,
    long Rejected,
    long SkippedLines,
    long Movies,
    long ResumedAfterLine,
    double Seconds,
    double RatingsPerSecond);
