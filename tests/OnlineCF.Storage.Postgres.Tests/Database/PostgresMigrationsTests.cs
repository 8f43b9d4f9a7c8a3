using System.Reflection;
using Microsoft.Extensions.Logging;
using Npgsql;
using OnlineCF.Storage.Postgres.Database;

namespace OnlineCF.Storage.Postgres.Tests.Database;

public sealed class PostgresMigrationsTests(PostgresServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Silos_that_start_at_once_make_each_step_once()
    {
        var options = new PostgresStoreOptions { ConnectionString = server.CreateDatabase() };
        using var barrier = new Barrier(3);

        var stores = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Factory.StartNew(
            () =>
            {
                barrier.SignalAndWait(Token);
                return PostgresStore.Open(options);
            },
            Token, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        Array.ForEach(stores, store => store.Dispose());
        Assert.Equal(PostgresMigrations.All, await ColumnAsync(options.ConnectionString, "SELECT name FROM onlinecf_migrations ORDER BY step"));
    }

    [Fact]
    public void Second_start_makes_nothing_and_a_newer_schema_is_refused()
    {
        var connectionString = server.CreateDatabase();
        var log = new TestLog<PostgresStore>();
        PostgresStore.Open(new PostgresStoreOptions { ConnectionString = connectionString }, log).Dispose();
        Assert.Equal(PostgresMigrations.All.Count, log.TextsOf(LogLevel.Information).Count);
        PostgresStore.Open(new PostgresStoreOptions { ConnectionString = connectionString }, log).Dispose();
        Assert.Equal(PostgresMigrations.All.Count, log.TextsOf(LogLevel.Information).Count);

        Execute(connectionString, "INSERT INTO onlinecf_migrations (step, name) VALUES (99, 'later')");

        var refused = Assert.Throws<StoreVersionException>(() => PostgresStore.Open(new PostgresStoreOptions { ConnectionString = connectionString }));
        Assert.Equal(99, refused.StoredVersion);
    }

    [Fact]
    public void Step_that_fails_leaves_nothing_and_is_made_once_it_can_be()
    {
        var connectionString = server.CreateDatabase();
        Execute(connectionString, "CREATE TABLE movies (id integer)");
        Assert.Throws<Core.StoreUnavailableException>(() => PostgresStore.Open(new PostgresStoreOptions { ConnectionString = connectionString }));

        Execute(connectionString, "DROP TABLE movies");
        PostgresStore.Open(new PostgresStoreOptions { ConnectionString = connectionString }).Dispose();
    }

    [Fact]
    public void Database_that_keeps_no_Unicode_is_refused()
    {
        var connectionString = server.CreateDatabase("ENCODING 'LATIN1' TEMPLATE template0");

        var refused = Assert.Throws<StoreCorruptException>(() => PostgresStore.Open(new PostgresStoreOptions { ConnectionString = connectionString }));
        Assert.Contains("UTF8", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Orleans.Clustering.AdoNet")]
    [InlineData("Orleans.Reminders.AdoNet")]
    public async Task Every_statement_that_Orleans_asks_for_is_there(string assembly)
    {
        var options = new PostgresStoreOptions { ConnectionString = server.CreateDatabase() };
        PostgresStore.Open(options).Dispose();

        // What its constructor looks for: a property a key.
        var asked = Assembly.Load(assembly).GetTypes().Single(type => type.Name == "DbStoredQueries")
            .GetProperties(BindingFlags.Instance | BindingFlags.NonPublic).Select(property => property.Name).ToList();

        Assert.NotEmpty(asked);
        Assert.Empty(asked.Except(await ColumnAsync(options.ConnectionString, "SELECT QueryKey FROM OrleansQuery")));
    }

    private static void Execute(string connectionString, string sql)
    {
        using var connection = new NpgsqlConnection(connectionString);
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    private static async Task<List<string>> ColumnAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand(sql, connection);
        await using var rows = await command.ExecuteReaderAsync(Token);
        var values = new List<string>();
        while (await rows.ReadAsync(Token))
        {
            values.Add(rows.GetString(0));
        }

        return values;
    }
}
