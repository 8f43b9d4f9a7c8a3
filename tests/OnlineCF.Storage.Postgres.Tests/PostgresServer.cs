using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

[assembly: AssemblyFixture(typeof(OnlineCF.Storage.Postgres.Tests.PostgresServer))]

namespace OnlineCF.Storage.Postgres.Tests;

/// <summary>
/// A PostgreSQL of this test run's own, with fsync, in a folder of its own; started by the first test that asks for it.
/// It runs as its package's user where the tests run as root, which it refuses to be.
/// </summary>
public sealed class PostgresServer : IDisposable
{
    private const string Root = "/usr/lib/postgresql";
    private const string User = "postgres";

    // What the migrations leave.
    private const string Empty = """
        DELETE FROM rating_log; DELETE FROM rating_log_erasures; UPDATE rating_log_end SET sequence = 0, forgotten_through = 0;
        DELETE FROM movies; UPDATE catalogue_version SET version = 0;
        DELETE FROM stream_rows; DELETE FROM stream_checkpoints; UPDATE stream_partitions SET partitions = 0;
        DELETE FROM access_keys; DELETE FROM unfinished_restore; DELETE FROM models; DELETE FROM model_chunks; DELETE FROM model_rounds;
        UPDATE model_state SET term = 0, next_version = 1, serving_version = 0, best_version = 0;
        """;

    private readonly Lock _lock = new();
    private readonly Stack<string> _idle = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("onlinecf-pg-").FullName;
    private int _databases;
    private bool _running;

    /// <summary>Where it listens on the loopback address.</summary>
    public int Port { get; private set; }

    private string Data => Path.Combine(_folder, "data");

    /// <summary>Makes an empty database, starting the server where it does not run; skips the test where there is none.</summary>
    /// <returns>Its connection string.</returns>
    public string CreateDatabase(string options = "")
    {
        lock (_lock)
        {
            Start();
            var name = string.Create(CultureInfo.InvariantCulture, $"test{++_databases}");
            Execute(User, $"CREATE DATABASE {name} {options}");
            return ConnectionString(name);
        }
    }

    /// <summary>Lends a database with the store's schema and nothing in it. To make one takes longer than most tests.</summary>
    public string Borrow()
    {
        lock (_lock)
        {
            if (!_idle.TryPop(out var connectionString))
            {
                return CreateDatabase();
            }

            Execute(new NpgsqlConnectionStringBuilder(connectionString).Database!, Empty);
            return connectionString;
        }
    }

    /// <summary>Takes it back, with nobody connected any more.</summary>
    public void Return(string connectionString)
    {
        lock (_lock)
        {
            _idle.Push(connectionString);
        }
    }

    /// <summary>Runs statements as the owner of everything.</summary>
    public void Execute(string database, string sql)
    {
        using var connection = new NpgsqlConnection(ConnectionString(database) + ";Pooling=false");
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    /// <summary>Stops it, as a crash does.</summary>
    public void Stop() => Control("-m", "immediate", "-w", "stop");

    /// <summary>Starts it again after <see cref="Stop"/>.</summary>
    public void StartAgain() => Control("-w", "-l", Path.Combine(_folder, "log"), "-o", ServerOptions(), "start");

    public void Dispose()
    {
        if (_running)
        {
            Stop();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private string ConnectionString(string database) => string.Create(
        CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Username={User};Database={database}");

    private void Start()
    {
        if (_running)
        {
            return;
        }

        Assert.SkipWhen(BinFolder() is null, $"needs PostgreSQL (Debian: apt-get install postgresql), under {Root}");
        Port = FreePort();
        if (IsRoot)
        {
            Run("chown", User, _folder);
        }

        RunAsUser(Path.Combine(BinFolder()!, "initdb"), "-D", Data, "-U", User, "-A", "trust", "-E", "UTF8", "--locale=C");
        StartAgain();
        _running = true;
    }

    private string ServerOptions() => string.Create(
        CultureInfo.InvariantCulture,
        $"-p {Port} -k {_folder} -c listen_addresses=127.0.0.1 -c fsync=on -c max_connections=300 -c shared_buffers=64MB");

    private void Control(params string[] arguments) =>
        RunAsUser(Path.Combine(BinFolder()!, "pg_ctl"), ["-D", Data, .. arguments]);

    private static string? BinFolder() => !Directory.Exists(Root)
        ? null
        : Directory.EnumerateDirectories(Root).Select(version => Path.Combine(version, "bin"))
            .Where(bin => File.Exists(Path.Combine(bin, "initdb"))).Order(StringComparer.Ordinal).LastOrDefault();

    private static bool IsRoot => Environment.UserName == "root";

    private void RunAsUser(string program, params string[] arguments)
    {
        if (IsRoot)
        {
            Run("runuser", ["-u", User, "--", program, .. arguments]);
        }
        else
        {
            Run(program, arguments);
        }
    }

    // Not through pipes: the server would inherit and hold them.
    private void Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >>\"$0\" 2>&1", Path.Combine(_folder, "commands"), program, .. arguments])
        {
            WorkingDirectory = _folder,
        };
        using var process = Process.Start(start)!;
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} failed: {File.ReadAllText(Path.Combine(_folder, "commands"))}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
