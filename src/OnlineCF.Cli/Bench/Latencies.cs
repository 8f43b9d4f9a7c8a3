namespace OnlineCF.Cli.Bench;

/// <summary>How long calls took, by nearest rank; NaN where there was none.</summary>
/// <param name="P50Ms">Half of the calls took at most so many milliseconds.</param>
/// <param name="P95Ms">95 of 100.</param>
/// <param name="P99Ms">99 of 100.</param>
/// <param name="MaxMs">The slowest.</param>
internal sealed record Latencies(double P50Ms, double P95Ms, double P99Ms, double MaxMs)
{
    /// <summary>Of calls in any order.</summary>
    public static Latencies Of(IEnumerable<TimeSpan> calls)
    {
        var sorted = calls.Select(call => call.TotalMilliseconds).Order().ToArray();
        return new Latencies(Rank(sorted, 0.5), Rank(sorted, 0.95), Rank(sorted, 0.99), Rank(sorted, 1));
    }

    private static double Rank(double[] sorted, double share) =>
        sorted.Length == 0 ? double.NaN : sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
}
