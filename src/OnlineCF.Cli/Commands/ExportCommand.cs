using System.CommandLine;
using OnlineCF.Cli.Archives;
using OnlineCF.Cli.Output;
using OnlineCF.Core.Archives;
using OnlineCF.Server;

namespace OnlineCF.Cli.Commands;

/// <summary>onlinecf export</summary>
internal static class ExportCommand
{
    /// <summary>The verb.</summary>
    public static Verb Create(CliEnvironment environment)
    {
        var target = new Argument<string>("OUT") { Description = "The archive to make, a zip; a file that is not there yet" };
        var ratings = new Option<bool>("--ratings-only") { Description = "Current ratings and movies alone, as CSV and Parquet; no restore can be made of it" };
        var factors = new Option<bool>("--factors") { Description = "Ids, biases and vectors of the model that serves, as NumPy's .npy" };
        var store = new StoreOptions();
        var verb = new Verb(
            "export",
            "Take everything out: ratings and movies as CSV and Parquet, the rating log, models, all in one archive, consistent while ratings flow.",
            environment,
            talksToServer: true,
            "onlinecf export everything.zip",
            "onlinecf export ratings.zip --ratings-only",
            "onlinecf export everything.zip --data /var/lib/onlinecf --json")
        {
            target,
            ratings,
            factors,
        };
        store.AddTo(verb);
        verb.Run((invocation, cancel) =>
        {
            if (invocation.Value(ratings) && invocation.Value(factors))
            {
                throw new CommandException(ExitCodes.Usage, "--ratings-only and --factors are two archives; name one.");
            }

            var contents = invocation.Value(ratings) ? ArchiveContents.Ratings : invocation.Value(factors) ? ArchiveContents.Factors : ArchiveContents.All;
            return RunAsync(invocation, invocation.Value(target), contents, store.PlaceOf(invocation), cancel);
        });
        return verb;
    }

    private static async Task<int> RunAsync(
        VerbInvocation invocation, string target, ArchiveContents contents, StorePlace? place, CancellationToken cancel)
    {
        if (target.Trim().Length == 0)
        {
            throw new CommandException(ExitCodes.Usage, "OUT wants the name of a file.");
        }

        var path = Path.GetFullPath(target);
        if (File.Exists(path) || Directory.Exists(path))
        {
            throw new IOException($"'{path}' is there already; an archive is never written over something.");
        }

        var time = invocation.Environment.Time;
        var startedAt = time.GetTimestamp();
        var manifest = await ArchiveReports.RunAsync(
            invocation.Terminal, "Exporting", reports => MakeAsync(invocation, path, contents, place, reports, cancel));
        var result = new ExportResult(
            path, new FileInfo(path).Length, manifest.Log.Sequence, manifest.Ratings, manifest.Movies,
            [.. manifest.Models.Select(model => model.Version)], manifest.ModelMarks.Serving, time.GetElapsedTime(startedAt).TotalSeconds);
        if (invocation.Json)
        {
            invocation.Terminal.WriteLine(JsonOutput.OfResult(result));
            return ExitCodes.Ok;
        }

        var models = Tables.Count(result.Models.Count, "model");
        invocation.Terminal.WriteLine(contents == ArchiveContents.Factors
            ? $"'{path}' holds the factors of model {Tables.Number(result.ServingVersion)}: {Tables.Megabytes(result.Bytes)}."
            : $"'{path}' holds {Tables.Count(result.Ratings, "rating")}, {Tables.Count(result.Movies, "movie")} and {models}, all up to sequence {Tables.Show(result.Sequence)}: {Tables.Megabytes(result.Bytes)}.");
        return ExitCodes.Ok;
    }

    private static async Task<ArchiveManifest> MakeAsync(
        VerbInvocation invocation, string path, ArchiveContents contents, StorePlace? place, ArchiveReports reports, CancellationToken cancel)
    {
        if (place is not null)
        {
            return await StoreArchives.ExportAsync(place, path, contents, reports, invocation.Environment.Time, cancel);
        }

        await ArchiveTransfer.FetchAsync(invocation.Connection, path, (Protocol.V1.ArchiveContents)contents, reports, cancel);
        return StoreArchives.ReadManifest(path);
    }

    private sealed record ExportResult(
        string Archive, long Bytes, long Sequence, long Ratings, long Movies, IReadOnlyList<long> Models, long ServingVersion, double Seconds);
}
