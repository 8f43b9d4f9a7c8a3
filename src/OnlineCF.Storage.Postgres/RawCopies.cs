using Npgsql;
using NpgsqlTypes;

namespace OnlineCF.Storage.Postgres;

/// <summary>What a table of the log's kind takes by binary COPY, with nothing around it: the ceiling of what the store can take.</summary>
public static class RawCopies
{
    private const string Copy = """
        COPY raw_copies (sequence, kind, user_id, movie_id, value, rated_at_micros, replaced_value, replaced_at_micros)
        FROM STDIN (FORMAT BINARY)
        """;

    /// <summary>Copies rows in commits as durable as the store's, one after the other, into a table that goes afterwards.</summary>
    /// <param name="store">In the database to be measured.</param>
    /// <param name="rowsPerCommit">1 or more.</param>
    /// <param name="indexed">With the log's indexes, or without any.</param>
    /// <param name="duration">How long; at least one commit is made.</param>
    /// <param name="time">The clock.</param>
    /// <returns>Rows a second.</returns>
    /// <exception cref="Core.StoreUnavailableException">The database is away.</exception>
    public static double PerSecond(PostgresStore store, int rowsPerCommit, bool indexed, TimeSpan duration, TimeProvider time) =>
        store.Run(connection =>
        {
            Execute(connection, $"DROP TABLE IF EXISTS raw_copies; CREATE TABLE raw_copies (LIKE rating_log {(indexed ? "INCLUDING INDEXES" : "")})");
            var rows = 0L;
            var started = time.GetTimestamp();
            do
            {
                CopyRows(connection, rows, rowsPerCommit);
                rows += rowsPerCommit;
            }
            while (time.GetElapsedTime(started) < duration);

            var perSecond = rows / time.GetElapsedTime(started).TotalSeconds;
            Execute(connection, "DROP TABLE raw_copies");
            return perSecond;
        });

    private static void CopyRows(NpgsqlConnection connection, long first, int count)
    {
        using var copy = connection.BeginBinaryImport(Copy);
        for (var row = first; row < first + count; row++)
        {
            copy.StartRow();
            copy.Write(row, NpgsqlDbType.Bigint);
            copy.Write((short)0, NpgsqlDbType.Smallint);
            copy.Write(row % 10_007, NpgsqlDbType.Bigint);
            copy.Write(row % 997, NpgsqlDbType.Bigint);
            copy.Write(3.5f, NpgsqlDbType.Real);
            copy.Write(row, NpgsqlDbType.Bigint);
            copy.Write(0f, NpgsqlDbType.Real);
            copy.Write(0L, NpgsqlDbType.Bigint);
        }

        copy.Complete();
    }

    private static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
