using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace OnlineCF.Storage.Sqlite.Database;

/// <summary>What SQLite's errors mean for whoever runs the server.</summary>
internal static class SqliteFaults
{
    /// <summary>Whether there is no room for what was tried.</summary>
    public static bool IsNoRoom(Exception e) => e is SqliteException sqlite
        && (sqlite.SqliteErrorCode == raw.SQLITE_FULL
            || sqlite.SqliteExtendedErrorCode is raw.SQLITE_IOERR_SHMSIZE or raw.SQLITE_IOERR_SHMOPEN);

    /// <summary>Whether the file's contents are no longer what SQLite wrote.</summary>
    public static bool IsDamage(Exception e) =>
        e is SqliteException { SqliteErrorCode: raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB };

    /// <summary>The error with the file's path and what to do.</summary>
    /// <param name="file">The database.</param>
    /// <param name="what">What failed: "read" or "written".</param>
    /// <param name="e">The error.</param>
    public static string Explain(string file, string what, Exception e)
    {
        if (IsNoRoom(e))
        {
            return $"There is no room on the disk of '{file}'; nothing can be written until there is.";
        }

        return IsDamage(e)
            ? $"'{file}' is damaged ({e.Message}) Stop the server and restore the file from a copy."
            : $"'{file}' cannot be {what}: {e.Message}";
    }
}
