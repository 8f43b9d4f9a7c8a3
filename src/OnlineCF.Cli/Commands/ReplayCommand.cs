using System.CommandLine;
using OnlineCF.Cli.Import;
using OnlineCF.Cli.Output;
using OnlineCF.Cli.Replay;

namespace OnlineCF.Cli.Commands;

/// <summary>onlinecf replay</summary>
internal static class ReplayCommand
{
    /// <summary>The verb.</summary>
    public static Verb Create(CliEnvironment environment)
    {
        var data = new Argument<string>("DATA") { Description = "Ratings with times: anything that import reads" };
        var trainEvery = NumberOption.Create(
            "--train-every", "A training round after every N ratings", value: 5000, least: 1, most: 1_000_000_000);
        var seed = new Option<long>("--seed")
        {
            Description = "Seed of the training rounds",
            HelpName = "N",
            DefaultValueFactory = _ => 42,
        };
        var verb = new Verb(
            "replay",
            "Run ratings in order of time through a server inside this process: predict each one, then rate it.",
            environment,
            talksToServer: false,
            "onlinecf replay ratings.csv",
            "onlinecf replay ml-latest-small --train-every 10000 --json")
        {
            data,
            trainEvery,
            seed,
        };
        verb.Run((invocation, cancel) =>
            RunAsync(invocation, invocation.Value(data), invocation.Value(trainEvery), invocation.Value(seed), cancel));
        return verb;
    }

    private static async Task<int> RunAsync(
        VerbInvocation invocation, string path, int trainEvery, long seed, CancellationToken cancel)
    {
        var (terminal, time) = (invocation.Terminal, invocation.Environment.Time);
        var badLines = new BadLines(terminal.Note);
        var ratings = ReplayRun.InOrderOfTime(RatingFile.ReadAll(path, badLines, cancel));
        badLines.Summarize("lines could not be used");
        await using var host = await ReplayHost.StartAsync(seed, cancel);
        using var connection = new ServerConnection(host.GrpcAddress, token: null);
        var result = default(ReplayResult);
        await UploadProgress.RunAsync(terminal, "Replaying", async progress =>
        {
            var run = new ReplayRun(connection, time, trainEvery)
            {
                Progress = done => progress.Report(done, (double)done / ratings.Count, startFraction: 0),
                RoundFinished = round => terminal.Note(RoundTable.Sentence(round)),
            };
            var startedAt = time.GetTimestamp();
            var statistics = await run.RunAsync(ratings, cancel);
            result = ReplayResult.Of(statistics, run, time.GetElapsedTime(startedAt).TotalSeconds);
        });
        Write(invocation, result!);
        return ExitCodes.Ok;
    }

    private static void Write(VerbInvocation invocation, ReplayResult result)
    {
        if (invocation.Json)
        {
            invocation.Terminal.WriteLine(JsonOutput.OfResult(result));
            return;
        }

        var table = Tables.Create("prequential", "#figure");
        table.Add("RMSE", Tables.Figure(result.Rmse ?? double.NaN));
        table.Add("RMSE, second half", Tables.Figure(result.RmseOfSecondHalf ?? double.NaN));
        table.Add("hit rate@10", Tables.Figure(result.HitRate10 ?? double.NaN));
        table.Add("ratings", Tables.Show(result.Ratings));
        table.Add("ratings/s", Tables.Show((long)result.RatingsPerSecond));
        table.Add("seconds", Tables.Figure(result.Seconds, "0.0"));
        table.Add("of these training", Tables.Figure(result.TrainingSeconds, "0.0"));
        table.Add("models promoted", Tables.Number(result.ModelsPromoted));
        invocation.Terminal.Write(table);
    }
}
