namespace OnlineCF.Cluster.Tests.Silos;

/// <summary>Tests of several silos, which measure times: nothing else of this project runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SilosCollection : ICollectionFixture<ThreeSilos>
{
    public const string Name = "silos";

    /// <summary>How long the long variants go on; null in a run of every day. <c>tests/run.sh Cluster --long</c> sets it.</summary>
    public static TimeSpan? LongRun =>
        double.TryParse(Environment.GetEnvironmentVariable("ONLINECF_LONG_MINUTES"), out var minutes) ? TimeSpan.FromMinutes(minutes) : null;

    /// <summary>The number for a run of every day, or that for a long one.</summary>
    public static int Count(int everyDay, int inLongRun) => LongRun is null ? everyDay : inLongRun;
}
