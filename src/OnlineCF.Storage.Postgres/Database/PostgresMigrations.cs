using System.Globalization;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace OnlineCF.Storage.Postgres.Database;

/// <summary>
/// The steps from an empty database to the current schema, Orleans' own tables among them. Several silos may start at
/// once: each step is a transaction under one advisory lock, recorded with it in <c>onlinecf_migrations</c>. A step
/// that has shipped never changes.
/// </summary>
internal static class PostgresMigrations
{
    // "OCF1".
    private const long LockKey = 0x4F434631;

    // What a lock is waited for: as long as somebody else's step may take.
    private const int StepSeconds = 300;

    private const string Prepare = """
        CREATE TABLE IF NOT EXISTS onlinecf_migrations (
            step integer PRIMARY KEY, name text NOT NULL, made_at timestamptz NOT NULL DEFAULT now()
        )
        """;

    /// <summary>All steps by name, in order; step i makes version i + 1 from version i.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. typeof(PostgresMigrations).Assembly.GetManifestResourceNames()
            .Where(name => name.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
    ];

    /// <summary>Makes the steps that are missing.</summary>
    /// <exception cref="StoreVersionException">A newer version has made more; nothing was changed.</exception>
    public static void Run(NpgsqlDataSource source, string database, ILogger logger)
    {
        using var connection = source.OpenConnection();
        var made = MadeSteps(connection);
        if (made > All.Count)
        {
            throw new StoreVersionException(database, made, All.Count);
        }

        for (var step = made + 1; step <= All.Count; step++)
        {
            if (Make(connection, step))
            {
                logger.MigrationMade(database, step, All[step - 1]);
            }
        }
    }

    private static int MadeSteps(NpgsqlConnection connection)
    {
        using var exists = new NpgsqlCommand("SELECT to_regclass('onlinecf_migrations') IS NOT NULL", connection);
        if (!(bool)exists.ExecuteScalar()!)
        {
            return 0;
        }

        using var last = new NpgsqlCommand("SELECT coalesce(max(step), 0) FROM onlinecf_migrations", connection);
        return (int)last.ExecuteScalar()!;
    }

    /// <returns>False when somebody else has made it.</returns>
    private static bool Make(NpgsqlConnection connection, int step)
    {
        using var transaction = connection.BeginTransaction();
        Execute(connection, string.Create(CultureInfo.InvariantCulture, $"SELECT pg_advisory_xact_lock({LockKey})"));
        Execute(connection, Prepare);
        using var record = new NpgsqlCommand(
            "INSERT INTO onlinecf_migrations (step, name) VALUES ($1, $2) ON CONFLICT DO NOTHING", connection)
        {
            Parameters = { new() { Value = step }, new() { Value = All[step - 1] } },
        };
        if (record.ExecuteNonQuery() == 0)
        {
            return false;
        }

        Execute(connection, Read(All[step - 1]));
        transaction.Commit();
        return true;
    }

    private static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = StepSeconds };
        command.ExecuteNonQuery();
    }

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(PostgresMigrations).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
