namespace OnlineCF.Cli.Bench;

/// <summary>What to measure.</summary>
/// <param name="Duration">How long each part goes on.</param>
/// <param name="Callers">Calls, or streams of ratings, at once.</param>
/// <param name="Users">Lists are asked for users from 1 to this.</param>
/// <param name="Count">Movies a list.</param>
/// <param name="BatchSize">Ratings a batch.</param>
internal sealed record BenchOptions(TimeSpan Duration, int Callers, int Users, int Count, int BatchSize)
{
    private static readonly TimeSpan LongestWarmUp = TimeSpan.FromSeconds(3);

    /// <summary>How long a call is made before it is measured: code is compiled and caches are filled then.</summary>
    public TimeSpan WarmUp => Duration < LongestWarmUp ? Duration : LongestWarmUp;
}
