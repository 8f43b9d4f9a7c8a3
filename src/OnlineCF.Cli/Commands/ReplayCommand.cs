using System.CommandLine;
using OnlineCF.Cli.Import;
using OnlineCF.Cli.Local;
using OnlineCF.Cli.Output;
using OnlineCF.Cli.Replay;
using OnlineCF.Core.Ratings;
using OnlineCF.Core.Training;

namespace OnlineCF.Cli.Commands;

/// <summary>onlinecf replay</summary>
internal static class ReplayCommand
{
    // Whoever comes back is asked for as a visitor, with all of the past.
    private const int MaxVisitorRatings = 100_000;

    /// <summary>The verb.</summary>
    public static Verb Create(CliEnvironment environment)
    {
        var data = new Argument<string>("DATA") { Description = "Ratings with times: anything that import reads" };
        var minNewRatings = NumberOption.Create(
            "--min-new-ratings",
            "A training round after N new ratings, or a tenth of all where that is more",
            value: (int)new TrainingOptions().MinNewRatings,
            least: 1,
            most: 1_000_000_000);
        var seed = NumberOption.Seed("Seed of the training rounds", 42);
        var halfLife = NumberOption.Create(
            "--half-life-ratings", "Training:HalfLifeRatings", 0L, 0, 1_000_000_000_000, "; with 0 old ratings count like new ones");
        var compareFull = NumberOption.Create(
            "--compare-full",
            "Instead of predicting: an incremental round every N ratings, beside a model trained in full on the same",
            value: 0,
            least: 0,
            most: 1_000_000_000,
            note: "; 0 predicts");
        var verb = new Verb(
            "replay",
            "Run ratings in order of time through a server inside this process: predict each one, then rate it. The rating log it makes is thrown away.",
            environment,
            talksToServer: false,
            "onlinecf replay ratings.csv",
            "onlinecf replay ml-latest-small --min-new-ratings 5000 --json",
            "onlinecf replay ml-latest-small --compare-full 5000")
        {
            data,
            compareFull,
            minNewRatings,
            halfLife,
            seed,
        };
        verb.Run((invocation, cancel) => invocation.Value(compareFull) is var every and > 0
            ? CompareAsync(invocation, invocation.Value(data), every, invocation.Value(seed), cancel)
            : RunAsync(invocation, invocation.Value(data), invocation.Value(minNewRatings), invocation.Value(seed), invocation.Value(halfLife), cancel));
        return verb;
    }

    // Without times there is no order to predict in, and the figures would say nothing.
    private static List<Rating> Read(VerbInvocation invocation, string path, CancellationToken cancel)
    {
        var badLines = new BadLines(invocation.Terminal.Note);
        var ratings = RatingFile.ReadAll(path, badLines, cancel);
        badLines.Summarize("lines could not be used");
        var timeless = ratings.Count(x => x.RatedAtMicros == 0);
        return timeless == 0 ? ReplayRun.InOrderOfTime(ratings) : throw new CommandException(
            ExitCodes.Error,
            $"{(timeless == ratings.Count ? "No rating" : $"{Tables.Show(timeless)} of {Tables.Count(ratings.Count, "rating")}")} in {path} "
            + $"{(timeless == ratings.Count ? "has a time" : "have no time")}, and a replay goes by their times. "
            + "Give a file with a timestamp column: user,movie,rating,timestamp.");
    }

    private static Task<int> CompareAsync(
        VerbInvocation invocation, string path, int every, long seed, CancellationToken cancel)
    {
        var ratings = Read(invocation, path, cancel);
        var run = new CompareFullRun(invocation, new TrainingOptions { Seed = seed });
        return Task.FromResult(run.Run(ratings, every, cancel));
    }

    private static async Task<int> RunAsync(
        VerbInvocation invocation, string path, int minNewRatings, long seed, long halfLife, CancellationToken cancel)
    {
        var (terminal, time) = (invocation.Terminal, invocation.Environment.Time);
        var ratings = Read(invocation, path, cancel);
        // Rounds do not start by themselves: a replay has no time of its own to start them by.
        await using var host = await ThrowAwayServer.StartAsync(
            ratings.Count,
            [
                "--Server:HttpPort=0",
                "--Server:GrpcPort=0",
                "--Training:Automatic=false",
                FormattableString.Invariant($"--Limits:MaxVisitorRatings={MaxVisitorRatings}"),
                // Nobody is served while a round runs.
                FormattableString.Invariant($"--Training:Threads={Environment.ProcessorCount}"),
                FormattableString.Invariant($"--Training:Seed={seed}"),
                FormattableString.Invariant($"--Training:HalfLifeRatings={halfLife}"),
            ],
            cancel);
        using var connection = new ServerConnection(host.GrpcAddress, token: null, new InProcessInvoker(host.Services));
        var result = default(ReplayResult);
        await UploadProgress.RunAsync(terminal, "Replaying", async progress =>
        {
            var run = new ReplayRun(connection, time, new RoundSchedule(minNewRatings))
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

        var table = Tables.Create("prequential", "#figure", "#of popularity");
        table.Add("RMSE", Tables.Figure(result.Rmse ?? double.NaN));
        table.Add("RMSE, second half", Tables.Figure(result.RmseOfSecondHalf ?? double.NaN));
        table.Add("RMSE by tenths", string.Join(' ', result.RmseByTenth.Select(x => Tables.Figure(x ?? double.NaN, "0.000"))));
        foreach (var (name, lists, popularity) in new[]
        {
            ("hit rate@10", result.HitRate10, result.PopularityHitRate10),
            ("NDCG@10", result.Ndcg10, result.PopularityNdcg10),
            ("Recall@20", result.Recall20, result.PopularityRecall20),
            ("hit rate@10, coming back", result.ReturnHitRate10, result.PopularityReturnHitRate10),
        })
        {
            table.Add(name, Tables.Figure(lists ?? double.NaN), Tables.Figure(popularity ?? double.NaN));
        }

        table.Add("ratings", Tables.Show(result.Ratings));
        table.Add("ratings/s", Tables.Show((long)result.RatingsPerSecond));
        table.Add("seconds", Tables.Figure(result.Seconds, "0.0"));
        table.Add("of these training", Tables.Figure(result.TrainingSeconds, "0.0"));
        table.Add("models promoted", Tables.Number(result.ModelsPromoted));
        invocation.Terminal.Write(table);
    }
}
