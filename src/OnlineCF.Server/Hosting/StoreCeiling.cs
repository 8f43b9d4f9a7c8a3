using OnlineCF.Storage.Sqlite;

namespace OnlineCF.Server;

/// <summary>The limit that the embedded store's file sets to ratings.</summary>
public static class StoreCeiling
{
    /// <summary>Rows a second that such a file takes, each batch durable.</summary>
    /// <param name="folder">On the disk to be measured.</param>
    /// <param name="batchSize">Rows a batch.</param>
    /// <param name="duration">How long it is measured.</param>
    /// <param name="time">The clock.</param>
    public static double InsertsPerSecond(string folder, int batchSize, TimeSpan duration, TimeProvider time) =>
        RawInserts.PerSecond(folder, batchSize, duration, time);
}
