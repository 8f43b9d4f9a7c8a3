using System.Globalization;

namespace OnlineCF.Storage.Sqlite.Database;

/// <summary>Brings a database file to the current schema, or refuses it.</summary>
internal static class SqliteSchema
{
    /// <summary>Marks the file as OnlineCF's ("OCF1"), so that nobody else's database is ever changed.</summary>
    private const long ApplicationId = 0x4F434631;

    /// <summary>Looks at the file without writing to it.</summary>
    /// <exception cref="StoreVersionException">The file is newer than the steps.</exception>
    /// <exception cref="StoreCorruptException">The file is not OnlineCF's.</exception>
    public static void RefuseForeign(SqliteSession session, string file, IReadOnlyList<string> migrations)
    {
        if (session.ReadInt64("PRAGMA application_id") != ApplicationId
            && session.ReadInt64("SELECT count(*) FROM sqlite_schema") > 0)
        {
            throw new StoreCorruptException(file, "it is a SQLite database of another application.");
        }

        var version = (int)session.ReadInt64("PRAGMA user_version");
        if (version > migrations.Count)
        {
            throw new StoreVersionException(file, version, migrations.Count);
        }
    }

    /// <summary>Applies the missing steps, all in one transaction.</summary>
    public static void Migrate(SqliteSession session, IReadOnlyList<string> migrations)
    {
        var version = (int)session.ReadInt64("PRAGMA user_version");
        if (version == migrations.Count)
        {
            return;
        }

        session.Execute("BEGIN IMMEDIATE");
        try
        {
            foreach (var migration in migrations.Skip(version))
            {
                session.Execute(migration);
            }

            session.Execute(string.Create(
                CultureInfo.InvariantCulture,
                $"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {migrations.Count}"));
            session.Execute("COMMIT");
        }
        catch
        {
            session.Execute("ROLLBACK");
            throw;
        }
    }

    /// <summary>Finds the damage that a look at the file's outline shows.</summary>
    /// <exception cref="StoreCorruptException">The file is shorter than its header says.</exception>
    public static void RefuseTruncated(SqliteSession session, string file)
    {
        var expected = session.ReadInt64("PRAGMA page_count") * session.ReadInt64("PRAGMA page_size");
        var length = new FileInfo(file).Length;
        if (length < expected)
        {
            throw new StoreCorruptException(
                file,
                string.Create(CultureInfo.InvariantCulture, $"it has {length} bytes of {expected}. Restore it from a copy."));
        }
    }
}
