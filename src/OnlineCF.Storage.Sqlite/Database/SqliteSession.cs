using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace OnlineCF.Storage.Sqlite.Database;

/// <summary>One connection with its prepared statements; used by one thread at a time.</summary>
internal sealed class SqliteSession : IDisposable
{
    // About 0.1 ms of work between two looks whether to stop.
    private const int StepsBetweenLooks = 1000;

    private readonly SqliteConnection _connection;

    // All texts are constants: the same text is the same object, and need not be read to be found.
    private readonly Dictionary<string, SqliteStatement> _statements = new(ReferenceEqualityComparer.Instance);

    // A session is one thread's at a time, so that SQLite need not take a lock at each bind and step.
    static SqliteSession()
    {
        Batteries_V2.Init();
        raw.sqlite3_config(raw.SQLITE_CONFIG_MULTITHREAD);
    }

    private SqliteSession(SqliteConnection connection) => _connection = connection;

    /// <summary>The read that it is used for.</summary>
    public ReadInProgress Reading { get; set; }

    /// <summary>Opens the file and applies the settings.</summary>
    /// <exception cref="SqliteException">The file cannot be opened or is no database.</exception>
    public static SqliteSession Open(string file, bool create, string settings) =>
        Open(file, create ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite, settings);

    /// <summary>Opens a file that nobody changes for reading, without any file beside it.</summary>
    public static SqliteSession OpenUnchanging(string file, string settings) =>
        Open($"file:{Uri.EscapeDataString(file)}?immutable=1", SqliteOpenMode.ReadOnly, settings);

    private static SqliteSession Open(string source, SqliteOpenMode mode, string settings)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = source,
            Mode = mode,
            Pooling = false,
        }.ToString());
        try
        {
            connection.Open();
            var session = new SqliteSession(connection);
            session.Execute(settings);
            return session;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Interrupts a statement soon after <paramref name="condition"/> has become true. Unlike an interruption from
    /// outside this cannot come between two statements and be lost.
    /// </summary>
    public void StopWhen(Func<SqliteSession, bool> condition) =>
        raw.sqlite3_progress_handler(_connection.Handle!, StepsBetweenLooks, _ => condition(this) ? 1 : 0, null);

    /// <summary>The prepared statement for this text; to be disposed after use, which keeps it prepared.</summary>
    public SqliteStatement Use(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            statement = new SqliteStatement(_connection.Handle!, sql);
            _statements.Add(sql, statement);
        }

        return statement;
    }

    /// <summary>Copies the whole database as it is at one moment (SQLite's online backup); others may write meanwhile.</summary>
    /// <param name="target">An empty database.</param>
    /// <param name="pages">How many are copied between two looks whether to stop.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SqliteException">Something cannot be read or written.</exception>
    public void CopyTo(SqliteSession target, int pages, CancellationToken cancellationToken)
    {
        // What is read holds still, so that the copy need not begin anew at every commit.
        Execute("BEGIN");
        ReadInt64("SELECT count(*) FROM sqlite_schema");
        using (var backup = raw.sqlite3_backup_init(target._connection.Handle!, "main", _connection.Handle!, "main"))
        {
            int state;
            do
            {
                cancellationToken.ThrowIfCancellationRequested();
                state = backup is null ? raw.sqlite3_errcode(target._connection.Handle!) : raw.sqlite3_backup_step(backup, pages);
            }
            while (state == raw.SQLITE_OK);

            if (state != raw.SQLITE_DONE)
            {
                throw new SqliteException(raw.sqlite3_errstr(state).utf8_to_string(), state & 0xFF, state);
            }
        }

        Execute("COMMIT");
    }

    /// <summary>Runs statements that need no preparation.</summary>
    public void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // All texts are constants of this project.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    /// <summary>Runs a query and reads the integer in its first row, or 0 where there is none.</summary>
    public long ReadInt64(string sql)
    {
        using var rows = Use(sql);
        return rows.Step() ? rows.Int64(0) : 0;
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Close();
        }

        _connection.Dispose();
    }
}

/// <summary>When a read began, by the clock of its readers, and who may give it up.</summary>
internal readonly record struct ReadInProgress(long StartedAt, CancellationToken Cancellation);
