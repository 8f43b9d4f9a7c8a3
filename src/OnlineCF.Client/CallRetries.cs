namespace OnlineCF.Client;

/// <summary>
/// How a call is repeated that ended with UNAVAILABLE before the first message of its answer: after a random pause of up to
/// <see cref="FirstPause"/>, which then grows by <see cref="PauseFactor"/> up to <see cref="LongestPause"/>, at the next
/// address in turn. All reads are repeated, and so are ratings, dismissals and movies, because doing them twice does what
/// doing them once does. DeleteRating, EraseUser, StartTraining, CancelTraining, RollbackModel and CreateKey are not: a
/// second one could hit what came after the first.
/// </summary>
public sealed record CallRetries
{
    /// <summary>Attempts in all, from 2 to 5.</summary>
    public int MostAttempts { get; init; } = 5;

    /// <summary>The longest first pause.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest pause.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>What each pause is multiplied by for the next one.</summary>
    public double PauseFactor { get; init; } = 2;

    /// <summary>
    /// Repeating stops while failed attempts outnumber successful calls by this many and starts again when they no longer
    /// do, so that many clients do not overwhelm a service that is about to recover. From 1 to 500.
    /// </summary>
    public int MostFailuresAhead { get; init; } = 500;
}
