using System.CommandLine;
using OnlineCF.Cli.Output;
using OnlineCF.Server;

namespace OnlineCF.Cli.Commands;

/// <summary>onlinecf backup</summary>
internal static class BackupCommand
{
    /// <summary>The verb.</summary>
    public static Verb Create(CliEnvironment environment)
    {
        var target = new Argument<string>("OUT") { Description = "A folder that is not there yet, or is empty" };
        var data = new Option<string>("--data")
        {
            Description = "The server's folder, its setting Storage:Path",
            DefaultValueFactory = _ => "data/",
            HelpName = "FOLDER",
        };
        var verb = new Verb(
            "backup",
            "Copy the embedded store, also while the server works. To restore, give the server the copy as its Storage:Path.",
            environment,
            talksToServer: false,
            "onlinecf backup /backup/monday",
            "onlinecf backup /backup/monday --data /var/lib/onlinecf --json")
        {
            target,
            data,
        };
        verb.Run((invocation, cancel) => RunAsync(invocation, invocation.Value(data)!, invocation.Value(target), cancel));
        return verb;
    }

    private static async Task<int> RunAsync(VerbInvocation invocation, string data, string target, CancellationToken cancel)
    {
        if (target.Trim().Length == 0 || data.Trim().Length == 0)
        {
            throw new CommandException(ExitCodes.Usage, "OUT and --data want the name of a folder.");
        }

        var time = invocation.Environment.Time;
        var startedAt = time.GetTimestamp();
        var contents = await Task.Run(() => StoreBackup.Make(data, target, cancel), cancel);
        var result = new BackupResult(
            Path.GetFullPath(target), contents.Sequence, contents.Models, contents.DamagedModels, contents.Bytes,
            time.GetElapsedTime(startedAt).TotalSeconds);
        if (invocation.Json)
        {
            invocation.Terminal.WriteLine(JsonOutput.OfResult(result));
            return ExitCodes.Ok;
        }

        invocation.Terminal.WriteLine(
            $"'{result.Folder}' holds all up to sequence {Tables.Show(result.Sequence)} and {Tables.Count(result.Models.Count, "model")}: {Tables.Megabytes(result.Bytes)}.");
        foreach (var version in result.DamagedModels)
        {
            invocation.Terminal.Note($"Model {Tables.Number(version)} is damaged in '{data}', and so it is in the copy.");
        }

        return ExitCodes.Ok;
    }

    private sealed record BackupResult(
        string Folder, long Sequence, IReadOnlyList<long> Models, IReadOnlyList<long> DamagedModels, long Bytes, double Seconds);
}
