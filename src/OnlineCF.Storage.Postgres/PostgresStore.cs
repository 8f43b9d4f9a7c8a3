using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using OnlineCF.Core;
using OnlineCF.Storage.Postgres.Database;

namespace OnlineCF.Storage.Postgres;

/// <summary>
/// A PostgreSQL database that several silos share, and that keeps Orleans' membership and reminders too. Every wait
/// is bounded; whatever fails because the database is away is a <see cref="StoreUnavailableException"/>, and the next
/// call finds it again by itself.
/// </summary>
public sealed class PostgresStore : IStoreHealth, IDisposable
{
    private readonly PostgresCondition _condition;

    private PostgresStore(PostgresStoreOptions options, string database, NpgsqlDataSource source, ILogger logger)
    {
        (Name, Options, Source, Logger) = (database, options, source, logger);
        _condition = new PostgresCondition(database, options.Time, logger);
    }

    /// <summary>What to call it where people read it; without a password.</summary>
    public string Name { get; }

    /// <summary>True while there is a database at all: what is in memory can be trusted while it is away.</summary>
    public bool Serves => true;

    /// <inheritdoc/>
    public string Warning => _condition.Fault ?? "";

    internal PostgresStoreOptions Options { get; }

    internal NpgsqlDataSource Source { get; }

    internal ILogger Logger { get; }

    /// <summary>Connects, and creates or migrates the schema where needed; silos may do so at once.</summary>
    /// <param name="options">How it works.</param>
    /// <param name="logger">Told of schema steps, that the database is away, and that it is there again.</param>
    /// <exception cref="ArgumentException">The connection string cannot be read.</exception>
    /// <exception cref="StoreVersionException">The schema was made by a newer version.</exception>
    /// <exception cref="StoreCorruptException">The database is too old, or its encoding is not UTF8.</exception>
    /// <exception cref="StoreUnavailableException">The database cannot be reached, or refused.</exception>
    public static PostgresStore Open(PostgresStoreOptions options, ILogger<PostgresStore>? logger = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.QueueLength, 1);
        var database = PostgresConnections.NameOf(options.ConnectionString);
        ILogger log = logger ?? NullLogger<PostgresStore>.Instance;
        NpgsqlDataSource? source = null;
        try
        {
            source = PostgresConnections.Open(options, database);
            PostgresMigrations.Run(source, database, log);
            if (!options.IsToBeFilled)
            {
                RefuseUnfinished(source, database);
            }

            return new PostgresStore(options, database, source, log);
        }
        catch (Exception e)
        {
            source?.Dispose();
            if (PostgresFaults.IsOfDatabase(e))
            {
                throw PostgresFaults.Unavailable(database, e);
            }

            throw;
        }
    }

    /// <summary>The connection string for Orleans' membership and reminders, which are in the same database.</summary>
    /// <exception cref="ArgumentException">The connection string cannot be read.</exception>
    public static string MembershipConnectionString(string connectionString) => PostgresConnections.ForMembership(connectionString);

    private static void RefuseUnfinished(NpgsqlDataSource source, string database)
    {
        using var command = source.CreateCommand("SELECT EXISTS (SELECT 1 FROM unfinished_restore)");
        if ((bool)command.ExecuteScalar()!)
        {
            throw new StoreCorruptException(
                database, "a restore into it was not finished. Run 'onlinecf restore' with the same archive again, which goes on where it stopped, or make the database anew.");
        }
    }

    /// <summary>Closes the connections. Later calls of what uses this store fail.</summary>
    public void Dispose() => Source.Dispose();

    /// <summary>Runs statements on a connection of the pool.</summary>
    /// <exception cref="StoreUnavailableException">It is not known what became of them.</exception>
    internal async ValueTask<TResult> RunAsync<TResult>(
        Func<NpgsqlConnection, CancellationToken, Task<TResult>> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            await using var connection = await Source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            var result = await work(connection, cancellationToken).ConfigureAwait(false);
            OnAnswered();
            return result;
        }
        catch (Exception e) when (PostgresFaults.IsOfDatabase(e))
        {
            throw OnFailed(e);
        }
    }

    /// <summary>Runs statements in one transaction, which is rolled back where <paramref name="work"/> throws.</summary>
    /// <exception cref="StoreUnavailableException">It is not known what became of them.</exception>
    internal ValueTask<TResult> CommitAsync<TResult>(
        Func<NpgsqlConnection, CancellationToken, Task<TResult>> work, CancellationToken cancellationToken) =>
        RunAsync(
            async (connection, token) =>
            {
                await using var transaction = await connection.BeginTransactionAsync(token).ConfigureAwait(false);
                var result = await work(connection, token).ConfigureAwait(false);
                await transaction.CommitAsync(token).ConfigureAwait(false);
                return result;
            },
            cancellationToken);

    /// <summary>Runs statements on the caller's thread.</summary>
    /// <exception cref="StoreUnavailableException">It is not known what became of them.</exception>
    internal TResult Run<TResult>(Func<NpgsqlConnection, TResult> work)
    {
        try
        {
            using var connection = Source.OpenConnection();
            var result = work(connection);
            OnAnswered();
            return result;
        }
        catch (Exception e) when (PostgresFaults.IsOfDatabase(e))
        {
            throw OnFailed(e);
        }
    }

    /// <summary>The database has answered.</summary>
    internal void OnAnswered() => _condition.OnAnswered();

    /// <summary>It has not. Where one connection is gone, the others that wait in the pool are not trusted either.</summary>
    /// <returns>What the caller gets.</returns>
    internal StoreUnavailableException OnFailed(Exception e)
    {
        if (PostgresFaults.IsOfConnection(e) && e is not ObjectDisposedException)
        {
            Source.Clear();
        }

        return _condition.OnFailed(e);
    }
}
