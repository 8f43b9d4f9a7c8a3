using OnlineCF.Storage.Sqlite.Database;

namespace OnlineCF.Storage.Sqlite;

/// <summary>What a file of the store's kind takes with nothing around it: the ceiling of what the store can take.</summary>
public static class RawInserts
{
    private const string Create = """
        CREATE TABLE rows (
            sequence INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, movie_id INTEGER NOT NULL, value REAL NOT NULL,
            rated_at INTEGER NOT NULL)
        """;

    private const string Insert = "INSERT INTO rows (user_id, movie_id, value, rated_at) VALUES (?1, ?2, ?3, ?4)";

    /// <summary>Inserts rows in commits as durable as the store's, one after the other, into a new file of the folder.</summary>
    /// <param name="folder">On the disk to be measured.</param>
    /// <param name="rowsPerCommit">1 or more.</param>
    /// <param name="duration">How long; at least one commit is made.</param>
    /// <param name="time">The clock.</param>
    /// <returns>Rows a second.</returns>
    public static double PerSecond(string folder, int rowsPerCommit, TimeSpan duration, TimeProvider time)
    {
        using var session = SqliteSession.Open(Path.Combine(folder, "ceiling.db"), create: true, SqliteStore.WriterSettings);
        session.Execute(Create);
        var rows = 0L;
        var started = time.GetTimestamp();
        do
        {
            session.Execute("BEGIN");
            using (var insert = session.Use(Insert))
            {
                for (var i = 0; i < rowsPerCommit; i++, rows++)
                {
                    insert.Bind(1, rows % 10_007).Bind(2, rows % 997).Bind(3, 3.5).Bind(4, rows).Run();
                }
            }

            session.Execute("COMMIT");
        }
        while (time.GetElapsedTime(started) < duration);

        return rows / time.GetElapsedTime(started).TotalSeconds;
    }
}
