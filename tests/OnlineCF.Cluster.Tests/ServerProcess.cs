using System.Diagnostics;
using System.Text.RegularExpressions;
using Grpc.Net.Client;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cluster.Tests;

/// <summary>A server as a process of its own, on free ports, that can be killed like one.</summary>
public sealed partial class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly GrpcChannel _channel;

    private ServerProcess(Process process, Uri grpc)
    {
        _process = process;
        GrpcAddress = grpc;
        _channel = GrpcChannel.ForAddress(grpc);
        Ratings = new RatingService.RatingServiceClient(_channel);
        Recommendations = new RecommendationService.RecommendationServiceClient(_channel);
        Training = new TrainingService.TrainingServiceClient(_channel);
        Catalogue = new CatalogService.CatalogServiceClient(_channel);
        Store = new StoreService.StoreServiceClient(_channel);
    }

    public RatingService.RatingServiceClient Ratings { get; }

    public RecommendationService.RecommendationServiceClient Recommendations { get; }

    public TrainingService.TrainingServiceClient Training { get; }

    public CatalogService.CatalogServiceClient Catalogue { get; }

    public StoreService.StoreServiceClient Store { get; }

    public Uri GrpcAddress { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>The files that the process has mapped, its native libraries among them.</summary>
    public IEnumerable<string> MappedFiles => File.ReadLines($"/proc/{_process.Id}/maps")
        .Select(line => line.IndexOf('/', StringComparison.Ordinal) is var path and >= 0 ? line[path..] : "");

    /// <summary>Memory of the process that is in use.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    public static Task<ServerProcess> StartAsync(string folder, params string[] settings) => StartAsync(folder, new Dictionary<string, string>(), settings);

    /// <summary>The same with variables in the environment.</summary>
    public static async Task<ServerProcess> StartAsync(
        string folder, IReadOnlyDictionary<string, string> environment, params string[] settings)
    {
        var process = Launch(folder, settings, environment);
        var cancellation = TestContext.Current.CancellationToken;
        while (await process.StandardOutput.ReadLineAsync(cancellation) is { } line)
        {
            if (ServesAt().Match(line) is { Success: true } match)
            {
                return new ServerProcess(process, new Uri(match.Groups[1].Value));
            }
        }

        throw new InvalidOperationException("The server did not start: " + await process.StandardError.ReadToEndAsync(cancellation));
    }

    /// <summary>Waits until the process, which ends what it serves, says that it serves again.</summary>
    public async Task WaitUntilServesAgainAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (ServesAt().IsMatch(line))
            {
                return;
            }
        }

        throw new InvalidOperationException("The server ended: " + await _process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>A server that is expected not to start: its exit code, what it says, and what stands in its log.</summary>
    public static async Task<(int ExitCode, string Error, string Log)> FailToStartAsync(string folder, params string[] settings)
    {
        using var process = Launch(folder, settings);
        var log = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, error, await log);
    }

    /// <summary>A server that is told to end when it has written so many lines of its log: its exit code, how long it took, and what it said last.</summary>
    public static async Task<(int ExitCode, TimeSpan Elapsed, string Said)> SignalInStartAsync(string folder, string signal, int line)
    {
        using var process = Launch(folder, ["--Logging:LogLevel:Default=Debug"]);
        var cancellation = TestContext.Current.CancellationToken;
        var said = "";
        var started = 0L;
        for (var i = 0; await process.StandardOutput.ReadLineAsync(cancellation) is { } next; i++)
        {
            said = next;
            if (i == line)
            {
                started = Stopwatch.GetTimestamp();
                using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
            }
        }

        await process.WaitForExitAsync(cancellation);
        return (process.ExitCode, started == 0 ? TimeSpan.MaxValue : Stopwatch.GetElapsedTime(started), said);
    }

    /// <summary>Keeps every further line of the server's log until it ends; a long log that nobody reads would stop the server.</summary>
    public async Task FollowAsync(List<string> log)
    {
        while (await _process.StandardOutput.ReadLineAsync(CancellationToken.None) is { } line)
        {
            log.Add(line);
        }
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Asks the process to end and returns its exit code and how long it took.</summary>
    public async Task<(int ExitCode, TimeSpan Elapsed)> SignalAsync(string signal)
    {
        var started = Stopwatch.GetTimestamp();
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (_process.ExitCode, Stopwatch.GetElapsedTime(started));
    }

    /// <summary>Sends the process a signal and waits for nothing.</summary>
    public void Send(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private static Process Launch(string folder, string[] settings, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "OnlineCF.Server.dll"), $"--Storage:Path={Path.Combine(folder, "data")}",
            "--Server:HttpPort=0", "--Server:GrpcPort=0", "--Logging:LogLevel:OnlineCF=Warning", .. settings,
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    [GeneratedRegex(@"serves gRPC at (\S+) and HTTP at")]
    private static partial Regex ServesAt();
}
