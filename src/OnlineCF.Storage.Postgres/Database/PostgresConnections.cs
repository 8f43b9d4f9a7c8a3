using System.Globalization;
using Npgsql;

namespace OnlineCF.Storage.Postgres.Database;

/// <summary>Makes a data source of the connection string, with bounds for every wait where it sets none.</summary>
internal static class PostgresConnections
{
    /// <summary>The oldest PostgreSQL that is known to do.</summary>
    public const int OldestVersion = 15;

    // A silo that stands still in the middle of a transaction must not hold its locks for ever.
    private const string Bounds = "-c idle_in_transaction_session_timeout=10s";

    // What is acknowledged is on the disk, whatever the database's default is.
    private const string Durable = " -c synchronous_commit=on";

    /// <summary>Opens it and looks whether the database will do.</summary>
    /// <exception cref="StoreCorruptException">It is too old, or keeps no Unicode.</exception>
    /// <exception cref="NpgsqlException">It cannot be reached.</exception>
    public static NpgsqlDataSource Open(PostgresStoreOptions options, string database)
    {
        var source = Create(options, Bounds);
        try
        {
            if (!Check(source, database))
            {
                source.Dispose();
                source = Create(options, Bounds + Durable);
            }

            return source;
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>What to call the database where people read it; never with a password.</summary>
    /// <exception cref="ArgumentException">The connection string cannot be read.</exception>
    public static string NameOf(string connectionString)
    {
        var parts = new NpgsqlConnectionStringBuilder(connectionString);
        return string.Create(
            CultureInfo.InvariantCulture, $"PostgreSQL at {parts.Host}:{parts.Port}, database {parts.Database ?? parts.Username}");
    }

    /// <summary>For Orleans' own table look-ups: few connections, and no wait longer than silos wait for each other.</summary>
    public static string ForMembership(string connectionString)
    {
        var parts = new NpgsqlConnectionStringBuilder(connectionString);
        Default(parts, "Timeout", 5);
        Default(parts, "Command Timeout", 5);
        Default(parts, "Maximum Pool Size", 10);
        Default(parts, "Application Name", "onlinecf-membership");
        parts.PersistSecurityInfo = false;
        return parts.ConnectionString;
    }

    private static NpgsqlDataSource Create(PostgresStoreOptions options, string parameters)
    {
        var parts = new NpgsqlConnectionStringBuilder(options.ConnectionString);
        Default(parts, "Timeout", options.ConnectSeconds);
        Default(parts, "Command Timeout", options.CommandSeconds);
        Default(parts, "Maximum Pool Size", options.MaxConnections);
        Default(parts, "Max Auto Prepare", 32);
        Default(parts, "Application Name", "onlinecf");
        parts.Options = string.IsNullOrEmpty(parts.Options) ? parameters : $"{parameters} {parts.Options}";

        // Metrics name the pool by this, and by the connection string where there is no name: never with a password.
        parts.PersistSecurityInfo = false;
        return new NpgsqlDataSourceBuilder(parts.ConnectionString) { Name = "onlinecf" }.Build();
    }

    private static void Default(NpgsqlConnectionStringBuilder parts, string key, object value)
    {
        if (!parts.ShouldSerialize(key))
        {
            parts[key] = value;
        }
    }

    /// <returns>Whether a commit waits for the disk.</returns>
    private static bool Check(NpgsqlDataSource source, string database)
    {
        using var connection = source.OpenConnection();
        if (connection.PostgreSqlVersion.Major < OldestVersion)
        {
            throw new StoreCorruptException(database, string.Create(
                CultureInfo.InvariantCulture, $"it is version {connection.PostgreSqlVersion}; {OldestVersion} or later is needed."));
        }

        using var ask = new NpgsqlCommand(
            "SELECT current_setting('server_encoding'), current_setting('synchronous_commit')", connection);
        using var answer = ask.ExecuteReader();
        answer.Read();
        return answer.GetString(0) == "UTF8"
            ? answer.GetString(1) != "off"
            : throw new StoreCorruptException(database, $"its encoding is {answer.GetString(0)}; UTF8 is needed.");
    }
}
