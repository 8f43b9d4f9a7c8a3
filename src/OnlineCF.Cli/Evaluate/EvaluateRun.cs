using OnlineCF.Cli.Commands;
using OnlineCF.Cli.Import;
using OnlineCF.Cli.Local;
using OnlineCF.Cli.Output;
using OnlineCF.Core.Training;
using OnlineCF.Training.Factors;
using OnlineCF.Training.Native;
using OnlineCF.Training.Rounds;

namespace OnlineCF.Cli.Evaluate;

/// <summary>One offline evaluation: reads both files, trains, measures, writes.</summary>
internal sealed class EvaluateRun(VerbInvocation invocation, TrainingOptions options, float diversity)
{
    private readonly Terminal _terminal = invocation.Terminal;

    /// <summary>Trains on one file and measures on the other.</summary>
    public async Task<int> RunAsync(string trainPath, string testPath, string? listsPath, CancellationToken cancel)
    {
        // Said before anything is computed, not after.
        if (Path.GetDirectoryName(listsPath) is { Length: > 0 } folder && !Directory.Exists(folder))
        {
            throw new CommandException(
                ExitCodes.Error, $"--lists cannot be written: there is no folder '{folder}'. Make it, or name another one.");
        }

        var report = await Task.Run(() => Evaluate(trainPath, testPath, cancel), cancel);
        if (listsPath is not null)
        {
            ListsFile.Write(listsPath, report.Lists.OrderBy(x => x.UserId));
        }

        if (double.IsFinite(report.Model.TimelessRmse))
        {
            _terminal.Note(
                $"RMSE {Tables.Figure(report.Model.TimelessRmse)} without the moment of each test rating, "
                + "which a user's training ratings before it say something of.");
        }

        _terminal.Note(
            "Lists are by the table of users, with no sitting warm, and what is popular at the end of the training ratings.");
        if (invocation.Json)
        {
            _terminal.WriteLine(JsonOutput.OfResult(EvaluationDocument.Of(report)));
        }
        else
        {
            WriteTable(report);
        }

        return ExitCodes.Ok;
    }

    private OfflineReport Evaluate(string trainPath, string testPath, CancellationToken cancel)
    {
        DeviceCheck.Require(options.Device, _terminal.Note);
        var badLines = new BadLines(_terminal.Note);
        var train = RatingFile.ReadAll(trainPath, badLines, cancel);
        var test = RatingFile.ReadAll(testPath, badLines, cancel);
        badLines.Summarize("lines could not be used");
        _terminal.Note(
            $"{Tables.Count(train.Count, "rating")} to train on, {Tables.Show(test.Count)} to measure on; "
            + $"{Tables.Count(options.Epochs, "epoch")} of {options.BatchSize}-rating minibatches, k = {options.EmbeddingDim}.");
        try
        {
            return OfflineEvaluation.Run(train, test, options, new EpochNotes(_terminal), _terminal.Note, cancel, diversity);
        }
        catch (ArgumentException e) when (e.ParamName == nameof(train))
        {
            throw new CommandException(
                ExitCodes.Error, "Nothing is left to train on: every rating of --train is in --test too. Give files that differ.");
        }
        catch (Exception e) when (e is DivergedException or DllNotFoundException or DeviceUnavailableException)
        {
            throw new CommandException(ExitCodes.Error, e.Message, e);
        }
    }

    private void WriteTable(OfflineReport report)
    {
        var table = new FittedTable(
            _terminal.IsNarrow,
            "model", "#RMSE", "?#MAE", "#NDCG@10", "#Recall@20", "#hit rate@10", "#coverage@10", "?#distance@10", "?#seconds", "?#ratings/s");
        foreach (var (name, model) in new[]
        {
            ("factors", report.Model), ("mean", report.Mean), ("bias", report.Bias), ("popularity", report.Popularity),
        })
        {
            var figures = model.Figures;
            table.Add(
                name,
                Tables.Figure(figures.Rmse),
                Tables.Figure(figures.Mae),
                Tables.Figure(figures.Ndcg10),
                Tables.Figure(figures.Recall20),
                Tables.Figure(figures.HitRate10),
                Tables.Figure(figures.Coverage10),
                Tables.Figure(model.IntraListDistance10),
                Tables.Figure(model.Seconds, "0.00"),
                Tables.Figure(model.RatingsPerSecond, "#,0"));
        }

        _terminal.Write(table);
        var reliability = Tables.Create("#predicted stars", "#mean predicted", "#mean given", "#ratings");
        foreach (var bin in report.Model.Figures.Reliability.Bins)
        {
            reliability.Add(
                Tables.Figure(bin.Stars, "0.0"), Tables.Figure(bin.MeanPredicted, "0.00"), Tables.Figure(bin.MeanGiven, "0.00"), Tables.Show(bin.Ratings));
        }

        _terminal.Write(reliability);
    }

    // Told on the training thread itself, so that the lines come in order.
    private sealed class EpochNotes(Terminal terminal) : IProgress<EpochReport>
    {
        public void Report(EpochReport value) => terminal.Note(
            $"epoch {value.Epoch}/{value.Epochs}: train loss {Tables.Figure(value.Figures.TrainLoss)}, "
            + $"{Tables.Figure(value.RatingsPerSecond, "#,0")} ratings/s");
    }
}
