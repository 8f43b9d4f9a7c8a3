using System.Diagnostics;
using Npgsql;
using OnlineCF.Server.Hosting;

namespace OnlineCF.Cluster.Tests.Silos;

/// <summary>Silos as processes of their own that meet in one database, each on ports it keeps when it starts again.</summary>
public sealed class SiloCluster : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("onlinecf-silos-").FullName;
    private readonly string[] _settings;
    private readonly ServerProcess?[] _processes;
    private readonly int[] _ports;
    private readonly List<Task> _following = [];

    /// <param name="connectionString">The database.</param>
    /// <param name="silos">How many there are.</param>
    /// <param name="settings">What all have beside where they are.</param>
    public SiloCluster(string connectionString, int silos, params string[] settings)
    {
        (ConnectionString, _settings) = (connectionString, settings);
        _processes = new ServerProcess?[silos];
        _ports = FreePorts.Find(2 * silos);
        Logs = [.. Enumerable.Range(0, silos).Select(_ => new List<string>())];
    }

    public string ConnectionString { get; }

    public int Count => _processes.Length;

    /// <summary>What each silo has written since the first start.</summary>
    public IReadOnlyList<List<string>> Logs { get; }

    /// <summary>How long it took until all answered, when they were started first: the measure of what this machine can do now.</summary>
    public TimeSpan FirstStart { get; private set; }

    public ServerProcess this[int silo] => _processes[silo] ?? throw new InvalidOperationException($"Silo {silo} does not run.");

    /// <summary>Those that run.</summary>
    public IReadOnlyList<int> Running => [.. Enumerable.Range(0, Count).Where(Runs)];

    /// <summary>Where a silo's gRPC is, whether it runs or not.</summary>
    public int GrpcPortOf(int silo) => _ports[2 * silo];

    /// <summary>Where the other silos reach it.</summary>
    public int SiloPortOf(int silo) => _ports[(2 * silo) + 1];

    /// <summary>Whether the process of a silo lives.</summary>
    public bool Runs(int silo) => _processes[silo] is { HasExited: false };

    /// <summary>Starts every silo that does not run, all at once.</summary>
    /// <returns>How long it took until all answered.</returns>
    public async Task<TimeSpan> StartAllAsync()
    {
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Count).Where(silo => !Runs(silo)).Select(silo => StartAsync(silo)));
        var elapsed = Stopwatch.GetElapsedTime(started);
        FirstStart = FirstStart == TimeSpan.Zero ? elapsed : FirstStart;
        return elapsed;
    }

    public Task<ServerProcess> StartAsync(int silo, params string[] settings) => StartAsync(silo, new Dictionary<string, string>(), settings);

    /// <summary>Starts one, with settings and an environment of its own.</summary>
    public async Task<ServerProcess> StartAsync(int silo, IReadOnlyDictionary<string, string> environment, params string[] settings)
    {
        if (_processes[silo] is { } dead)
        {
            _processes[silo] = null;
            await dead.DisposeAsync();
        }

        var folder = Directory.CreateDirectory(Path.Combine(_folder, $"silo{silo}")).FullName;
        var process = await ServerProcess.StartAsync(
            folder, environment,
            [
                "--Cluster:Mode=postgres", "--Cluster:Address=127.0.0.1", $"--Cluster:SiloPort={SiloPortOf(silo)}",
                "--Storage:Provider=postgres", $"--Storage:ConnectionString={ConnectionString}",
                $"--Server:GrpcPort={GrpcPortOf(silo)}", .. _settings, .. settings,
            ]);
        _processes[silo] = process;
        _following.Add(process.FollowAsync(Logs[silo]));
        return process;
    }

    /// <summary>Rows that a statement gives.</summary>
    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, Func<NpgsqlDataReader, T> row)
    {
        await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            rows.Add(row(reader));
        }

        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            if (process is not null)
            {
                await process.DisposeAsync();
            }
        }

        await Task.WhenAll(_following);
        Directory.Delete(_folder, recursive: true);
    }
}
