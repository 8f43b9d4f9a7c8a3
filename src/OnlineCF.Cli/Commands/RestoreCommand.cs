using System.CommandLine;
using OnlineCF.Cli.Archives;
using OnlineCF.Cli.Output;
using OnlineCF.Core.Archives;
using OnlineCF.Protocol.V1;
using OnlineCF.Server;

namespace OnlineCF.Cli.Commands;

/// <summary>onlinecf restore</summary>
internal static class RestoreCommand
{
    /// <summary>The verb.</summary>
    public static Verb Create(CliEnvironment environment)
    {
        var source = new Argument<string>("IN") { Description = "An archive of 'onlinecf export'" };
        var store = new StoreOptions();
        var verb = new Verb(
            "restore",
            "Fill an empty store from an archive: lists, statistics and the model that serves are what they were. A store that is filled with --data or --connection goes on where it stopped.",
            environment,
            talksToServer: true,
            "onlinecf restore everything.zip",
            "onlinecf restore everything.zip --data /var/lib/onlinecf --json",
            "onlinecf restore everything.zip --connection 'Host=db;Username=onlinecf;Database=onlinecf'")
        {
            source,
        };
        store.AddTo(verb);
        verb.Run((invocation, cancel) => RunAsync(invocation, invocation.Value(source), store.PlaceOf(invocation), cancel));
        return verb;
    }

    private static async Task<int> RunAsync(VerbInvocation invocation, string source, StorePlace? place, CancellationToken cancel)
    {
        if (!File.Exists(source))
        {
            throw new CommandException(ExitCodes.Error, $"There is no file '{source}'.");
        }

        // Before anything is sent or written.
        StoreArchives.RefuseToRestore(source);
        var time = invocation.Environment.Time;
        var startedAt = time.GetTimestamp();
        var restored = await ArchiveReports.RunAsync(
            invocation.Terminal, "Restoring", reports => FillAsync(invocation, source, place, reports, cancel));
        var result = new RestoreResult(restored.Sequence, restored.Ratings, restored.Movies, restored.ServingVersion, time.GetElapsedTime(startedAt).TotalSeconds);
        if (invocation.Json)
        {
            invocation.Terminal.WriteLine(JsonOutput.OfResult(result));
        }
        else
        {
            var serving = result.ServingVersion > 0 ? $"model {Tables.Number(result.ServingVersion)} serves" : "no model serves yet";
            invocation.Terminal.WriteLine(
                $"Restored {Tables.Count(result.Ratings, "rating")} and {Tables.Count(result.Movies, "movie")}, up to sequence {Tables.Show(result.Sequence)}; {serving}.");
        }

        return ExitCodes.Ok;
    }

    private static async Task<RestoreStoreResponse> FillAsync(
        VerbInvocation invocation, string source, StorePlace? place, ArchiveReports reports, CancellationToken cancel)
    {
        if (place is null)
        {
            return await ArchiveTransfer.SendAsync(invocation.Connection, source, reports, invocation.Environment.Time, cancel);
        }

        var manifest = await StoreArchives.RestoreAsync(place, source, reports, cancel);
        return new RestoreStoreResponse
        {
            Sequence = manifest.Log.Sequence,
            Ratings = manifest.Ratings,
            Movies = manifest.Movies,
            ServingVersion = manifest.ModelMarks.Serving,
        };
    }

    private sealed record RestoreResult(long Sequence, long Ratings, long Movies, long ServingVersion, double Seconds);
}
