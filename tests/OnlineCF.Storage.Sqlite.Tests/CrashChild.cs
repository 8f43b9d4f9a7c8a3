using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using OnlineCF.Core.Ratings;
using OnlineCF.Storage.Sqlite.Models;
using OnlineCF.Storage.Sqlite.Ratings;
using OnlineCF.Storage.Tests.Contracts;

namespace OnlineCF.Storage.Sqlite.Tests;

/// <summary>Both sides of a crash test: the child that writes and reports each acknowledgement, and its killer.</summary>
internal static class CrashChild
{
    public const string Argument = "--crash-child";
    public const string Append = "append";
    public const string Publish = "publish";
    public const string Hold = "hold";

    private const int Writers = 16;

    // A line without it was cut off by the kill, and acknowledges nothing.
    private const char EndOfLine = ';';

    /// <summary>The child's side: never returns by itself.</summary>
    public static async Task<int> RunAsync(string verb, string folder)
    {
        var running = verb switch
        {
            Append => AppendAsync(folder),
            Publish => PublishAsync(folder),
            Hold => HoldAsync(folder),
            _ => throw new ArgumentException($"'{verb}' is nothing to do.", nameof(verb)),
        };
        await running;
        return 0;
    }

    /// <summary>The test's side: starts the child, kills it after so many acknowledgements, and returns all that came out.</summary>
    public static async Task<IReadOnlyList<long[]>> KillAfterAsync(
        string verb, string folder, int acknowledgements, CancellationToken cancellationToken)
    {
        using var child = Start(verb, folder);
        var lines = new List<long[]>();
        try
        {
            while (await child.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
            {
                if (line.EndsWith(EndOfLine))
                {
                    lines.Add([.. line.TrimEnd(EndOfLine).Split(' ').Select(n => long.Parse(n, CultureInfo.InvariantCulture))]);
                }

                if (lines.Count == acknowledgements)
                {
                    // SIGKILL on Unix: no handler runs, no buffer is flushed.
                    child.Kill();
                }
            }
        }
        finally
        {
            child.Kill();
        }

        await child.WaitForExitAsync(cancellationToken);
        return lines;
    }

    /// <summary>Starts the child.</summary>
    public static Process Start(string verb, string folder)
    {
        var program = Path.Combine(AppContext.BaseDirectory, typeof(CrashChild).Assembly.GetName().Name!)
            + (OperatingSystem.IsWindows() ? ".exe" : "");
        var start = new ProcessStartInfo(program, [Argument, verb, folder]) { RedirectStandardOutput = true };
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        return Process.Start(start)!;
    }

    private static async Task AppendAsync(string folder)
    {
        using var store = SqliteStore.Open(folder);
        var log = new SqliteRatingLog(store);
        await Task.WhenAll(Enumerable.Range(1, Writers).Select(user => AppendForeverAsync(log, user)));
    }

    private static async Task AppendForeverAsync(SqliteRatingLog log, long userId)
    {
        for (var movieId = 1L; ; movieId += 3)
        {
            var changes = Enumerable.Range(0, 3)
                .Select(i => RatingChange.Rated(new Rating(userId, movieId + i, 3.5f, movieId + i)))
                .ToArray();
            var sequence = await log.AppendAsync(changes, CancellationToken.None);
            Report(sequence, userId, movieId);
        }
    }

    private static async Task PublishAsync(string folder)
    {
        using var store = FileModelStore.Open(folder, keep: 3);
        var term = await store.AcquireTermAsync(CancellationToken.None);
        while (true)
        {
            var record = await store.PublishAsync(
                Snapshots.Create(rows: 200), Snapshots.Round(1), term, CancellationToken.None);
            Report(record.Version, term);
        }
    }

    private static async Task HoldAsync(string folder)
    {
        using var store = SqliteStore.Open(folder);
        Report(Environment.ProcessId);
        await new TaskCompletionSource().Task;
    }

    private static void Report(params long[] numbers)
    {
        lock (Console.Out)
        {
            Console.Out.WriteLine(string.Join(' ', numbers) + EndOfLine);
            Console.Out.Flush();
        }
    }
}
