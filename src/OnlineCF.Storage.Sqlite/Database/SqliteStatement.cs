using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace OnlineCF.Storage.Sqlite.Database;

/// <summary>
/// A prepared statement over the native handle. A command of Microsoft.Data.Sqlite boxes each parameter and
/// allocates a reader for each run; a rating is five binds and a step, a thousand times a commit.
/// Disposing gives the statement back to its session, reset; columns and parameters count from 0 and 1.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private bool _isReset = true;
    private bool _holdsBytes;

    public SqliteStatement(sqlite3 database, string sql)
    {
        _database = database;
        Check(raw.sqlite3_prepare_v2(database, sql, out _statement));
    }

    /// <summary>Binds an integer.</summary>
    public SqliteStatement Bind(int parameter, long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, parameter, value));
        return this;
    }

    /// <summary>Binds a real.</summary>
    public SqliteStatement Bind(int parameter, double value)
    {
        Check(raw.sqlite3_bind_double(_statement, parameter, value));
        return this;
    }

    /// <summary>Binds a text of any characters, NUL and lone surrogates too.</summary>
    public SqliteStatement Bind(int parameter, string value)
    {
        // An empty span is a null pointer to SQLite and would bind NULL.
        _holdsBytes = true;
        Check(value.Length == 0
            ? raw.sqlite3_bind_text(_statement, parameter, value)
            : raw.sqlite3_bind_text(_statement, parameter, Encoding.UTF8.GetBytes(value)));
        return this;
    }

    /// <summary>Binds bytes.</summary>
    public SqliteStatement Bind(int parameter, ReadOnlySpan<byte> value)
    {
        _holdsBytes = true;
        Check(value.IsEmpty
            ? raw.sqlite3_bind_zeroblob(_statement, parameter, 0)
            : raw.sqlite3_bind_blob(_statement, parameter, value));
        return this;
    }

    /// <summary>Goes to the next row.</summary>
    /// <returns>Whether there is one.</returns>
    public bool Step()
    {
        _isReset = false;
        var result = raw.sqlite3_step(_statement);
        if (result == raw.SQLITE_ROW)
        {
            return true;
        }

        Check(result == raw.SQLITE_DONE ? raw.SQLITE_OK : result);
        return false;
    }

    /// <summary>Runs a statement without rows and makes it ready for the next run.</summary>
    public void Run()
    {
        try
        {
            Step();
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>An integer of the row.</summary>
    public long Int64(int column) => raw.sqlite3_column_int64(_statement, column);

    /// <summary>A small integer of the row.</summary>
    public int Int32(int column) => raw.sqlite3_column_int(_statement, column);

    /// <summary>A real of the row.</summary>
    public double Double(int column) => raw.sqlite3_column_double(_statement, column);

    /// <summary>A text of the row.</summary>
    public string Text(int column) => Encoding.UTF8.GetString(Blob(column));

    /// <summary>Bytes of the row, valid until the next step.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(_statement, column);

    public void Dispose()
    {
        if (!_isReset)
        {
            Reset();
        }

        // Numbers are bound anew by the next use; bytes would stay in memory until then.
        if (_holdsBytes)
        {
            raw.sqlite3_clear_bindings(_statement);
            _holdsBytes = false;
        }
    }

    /// <summary>Frees the statement.</summary>
    public void Close() => _statement.Dispose();

    // The result repeats the last step's error, which was thrown there.
    private void Reset()
    {
        raw.sqlite3_reset(_statement);
        _isReset = true;
    }

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _database);
}
