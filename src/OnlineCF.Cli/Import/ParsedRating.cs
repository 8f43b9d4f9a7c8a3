namespace OnlineCF.Cli.Import;

/// <summary>A rating as a file has it, with the line it stands on (from 1).</summary>
/// <param name="UserId">As written; the server judges it.</param>
/// <param name="MovieId">As written; the server judges it.</param>
/// <param name="Value">Stars, as written; the server judges it.</param>
/// <param name="RatedAtMicros">Microseconds since 1970-01-01T00:00:00Z, or null when the file has no times.</param>
/// <param name="Line">Where it stands.</param>
internal readonly record struct ParsedRating(
    long UserId, long MovieId, float Value, long? RatedAtMicros, long Line);

/// <summary>Gives ratings one after the other, never all at once.</summary>
internal interface IRatingSource
{
    /// <summary>The next rating; false at the end.</summary>
    public bool TryRead(out ParsedRating rating);

    /// <summary>How far it has read, 0 to 1.</summary>
    public double Fraction { get; }
}
