using OnlineCF.Storage.Sqlite.Database;

namespace OnlineCF.Storage.Sqlite;

/// <summary>How a <see cref="SqliteStore"/> works; the defaults suit one server.</summary>
public sealed class SqliteStoreOptions
{
    /// <summary>Changes that may wait for a commit, 1 to 1,000,000; further callers wait to wait.</summary>
    public int QueueLength { get; init; } = 16_384;

    /// <summary>Reads of one kind at the same time, 1 to 64.</summary>
    public int Readers { get; init; } = Math.Clamp(Environment.ProcessorCount, 2, 8);

    /// <summary>The clock of all waits.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Whether it is opened to be filled from an archive; one that is half filled is refused otherwise.</summary>
    public bool IsToBeFilled { get; init; }

    /// <summary>How long a search may run.</summary>
    internal TimeSpan SearchLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Ratings after which they are brought into the indexes by user and by movie; small in tests.</summary>
    internal int IndexingStretch { get; init; } = 262_144;

    /// <summary>How long an erasure waits for readers of old contents; short in tests.</summary>
    internal TimeSpan ErasurePatience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The schema's steps; others in tests.</summary>
    internal IReadOnlyList<string> Migrations { get; init; } = SqliteMigrations.All;
}
