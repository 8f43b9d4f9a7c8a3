namespace OnlineCF.Cli.Bench;

/// <summary>What calls came to.</summary>
/// <param name="Calls">Calls in the closed loop.</param>
/// <param name="PerSecond">Calls, or ratings, a second: as many as the server takes.</param>
/// <param name="OfCeiling">As a share of the ceiling of the same run; NaN where there is none.</param>
/// <param name="Latency">Of the calls that came due at half of that speed, from when they were due.</param>
internal sealed record BenchPart(long Calls, double PerSecond, double OfCeiling, Latencies Latency)
{
    /// <summary>A part with figures of sensible length.</summary>
    public static BenchPart Of(long calls, double perSecond, double ceiling, Latencies latency) =>
        new(calls, Math.Round(perSecond, 1), Math.Round(perSecond / ceiling, 3), latency);
}

/// <summary>The limits of this machine in the same minutes.</summary>
/// <param name="EmptyRpc">A health check with nothing behind it, by as many callers; of a server that was named, its own.</param>
/// <param name="InsertsPerSecond">Rows that a file of the store's kind takes in batches as large, each durable; NaN without a store of its own.</param>
/// <param name="PassMs">One plain pass over the factors of as many movies, milliseconds; NaN without a world of its own.</param>
internal sealed record BenchCeilings(BenchPart EmptyRpc, double InsertsPerSecond, double PassMs);

/// <summary>Lists and ratings at once.</summary>
/// <param name="Lists">Its share is of the lists without ratings.</param>
/// <param name="RatingsPerSecond">Ratings acknowledged meanwhile; half of their own speed is sent.</param>
internal sealed record BenchMixed(BenchPart Lists, double RatingsPerSecond);

/// <summary>Lists while rounds run, and rounds while lists are made.</summary>
/// <param name="Lists">Its share is of the lists without a round.</param>
/// <param name="Rounds">Rounds that ended meanwhile.</param>
/// <param name="RoundOfAlone">How fast a round was, as a share of its speed alone.</param>
internal sealed record BenchTraining(BenchPart Lists, int Rounds, double RoundOfAlone);

/// <summary>All of a run; what was not measured is null.</summary>
internal sealed record BenchResult(
    int Processors,
    double Seconds,
    int Callers,
    BenchCeilings Ceilings,
    BenchPart Lists,
    double PersonalizedShare,
    BenchTraining? Training,
    BenchPart? Ratings,
    BenchMixed? Mixed);
