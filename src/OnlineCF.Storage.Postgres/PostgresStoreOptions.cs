using Npgsql;

namespace OnlineCF.Storage.Postgres;

/// <summary>How a <see cref="PostgresStore"/> works; the defaults suit one silo.</summary>
public sealed class PostgresStoreOptions
{
    /// <summary>
    /// Setting <c>Storage:ConnectionString</c>, as Npgsql reads it. What it says of pool size and timeouts counts; where
    /// it says nothing, the defaults here do.
    /// </summary>
    public required string ConnectionString { get; init; }

    /// <summary>Whether a connection string can be read and names a host.</summary>
    public static bool CanRead(string connectionString)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(connectionString) is { Host.Length: > 0 };
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or OverflowException or NotSupportedException)
        {
            return false;
        }
    }

    /// <summary>Appends that may wait for a commit, 1 to 1,000,000; further callers wait to wait.</summary>
    public int QueueLength { get; init; } = 16_384;

    /// <summary>The clock of all waits but the database's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Whether it is opened to be filled from an archive; one that is half filled is refused otherwise.</summary>
    public bool IsToBeFilled { get; init; }

    /// <summary>How long a connection may take to come about, or be waited for where all are in use; whole seconds.</summary>
    internal int ConnectSeconds { get; init; } = 5;

    /// <summary>How long a statement may take; whole seconds, less than a grain waits for an answer.</summary>
    internal int CommandSeconds { get; init; } = 10;

    /// <summary>Connections at once, so that a few silos fit the hundred that PostgreSQL takes by default.</summary>
    internal int MaxConnections { get; init; } = 20;
}
