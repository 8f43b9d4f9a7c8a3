using System.Net.Sockets;
using Npgsql;
using OnlineCF.Core;

namespace OnlineCF.Storage.Postgres.Database;

/// <summary>What PostgreSQL's and the network's errors mean for whoever calls.</summary>
internal static class PostgresFaults
{
    // Out of disk space, and a read-only database: a standby, or one that somebody made so.
    private const string DiskFull = "53100";
    private const string ReadOnly = "25006";

    /// <summary>
    /// Whether the error is the database's, so that it is not known what became of the statement. Everything but a
    /// caller's own mistakes.
    /// </summary>
    public static bool IsOfDatabase(Exception e) =>
        e is NpgsqlException or TimeoutException or IOException or SocketException or ObjectDisposedException;

    /// <summary>Whether the connection is gone, and others that wait in the pool may be too.</summary>
    public static bool IsOfConnection(Exception e) =>
        IsOfDatabase(e) && (e is not PostgresException { SqlState: var state } || state.StartsWith("57P", StringComparison.Ordinal));

    /// <summary>What the caller gets.</summary>
    public static StoreUnavailableException Unavailable(string database, Exception e) => new(Explain(database, e), e);

    private static string Explain(string database, Exception e) => e switch
    {
        PostgresException { SqlState: DiskFull } => $"There is no room on the disk of {database}; nothing can be written until there is.",
        PostgresException { SqlState: ReadOnly } => $"{database} can only be read; the store needs the primary.",
        PostgresException failed => $"{database} refused a statement: {failed.MessageText}",
        ObjectDisposedException => "The store is closed.",
        _ => $"{database} cannot be reached: {e.Message}",
    };
}
