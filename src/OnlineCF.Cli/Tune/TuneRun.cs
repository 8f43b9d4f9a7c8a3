using System.Text.Json;
using OnlineCF.Cli.Commands;
using OnlineCF.Cli.Import;
using OnlineCF.Cli.Local;
using OnlineCF.Cli.Output;
using OnlineCF.Core.Ratings;
using OnlineCF.Training.Search;

namespace OnlineCF.Cli.Tune;

/// <summary>One search: reads, forecasts, searches, writes.</summary>
internal sealed class TuneRun(VerbInvocation invocation, SearchOptions options)
{
    private static readonly JsonSerializerOptions FragmentJson = new() { WriteIndented = true };

    private readonly Terminal _terminal = invocation.Terminal;

    /// <summary>Searches and leaves the results in the folder.</summary>
    public async Task<int> RunAsync(string dataPath, string folder, bool fromStart, CancellationToken cancel)
    {
        await Task.Run(() => DeviceCheck.Require(options.Device, _terminal.Note), cancel);
        var (ratings, data) = await Task.Run(() => Read(dataPath, cancel), cancel);
        OutputFolder.Create(folder, "--output");
        using var state = TuneState.Open(folder, data.Sha256, options, fromStart);
        if (state.Found > 0)
        {
            _terminal.Note($"{Tables.Count(state.Found, "fold")} {(state.Found == 1 ? "is" : "are")} kept from before in {state.Path}; --from-start trains again.");
        }

        var document = TuneDocument.Of(data, options, await SearchAsync(ratings, state, cancel));
        Write(document, folder);
        return document.Best is null ? throw new CommandException(
            ExitCodes.Error, $"No point could be finished; {Path.Combine(folder, "tune.json")} says why.") : ExitCodes.Ok;
    }

    private (List<Rating> Ratings, TuneData Data) Read(string path, CancellationToken cancel)
    {
        var badLines = new BadLines(_terminal.Note);
        var ratings = RatingFile.ReadAll(path, badLines, cancel);
        badLines.Summarize("lines could not be used");
        var pairs = ratings.Select(x => (x.UserId, x.MovieId)).Distinct().Count();
        if (pairs < options.Folds)
        {
            throw new CommandException(
                ExitCodes.Usage, $"--folds must be from 2 to the number of ratings, {pairs}, not {options.Folds}.");
        }

        return (ratings, new TuneData(
            path, DataChecksum.Of(ratings), pairs, ratings.Select(x => x.UserId).Distinct().Count(),
            ratings.Select(x => x.MovieId).Distinct().Count()));
    }

    private async Task<SearchResult> SearchAsync(List<Rating> ratings, TuneState state, CancellationToken cancel)
    {
        SearchResult? result = null;
        var points = options.OneAtATime ? options.Grid.PointsOneAtATime : options.Grid.Points.Count;
        _terminal.Note(
            $"{Tables.Count(ratings.Count, "rating")}, {Tables.Count(points, "point")}, {Tables.Count(options.Folds, "fold")}, "
            + $"at most {Tables.Count(options.Epochs, "epoch")} each; "
            + "measuring a few steps first.");
        try
        {
            await TuneProgress.RunAsync(_terminal, TellForecast, async observer => result = await Task.Run(
                () => HyperparameterSearch.Run(ratings, options, state, observer, _terminal.Note, cancel), cancel));
            return result!;
        }
        catch (OperationCanceledException)
        {
            _terminal.Note(state.Count == 0
                ? "No fold was done yet, so nothing is kept."
                : $"{Tables.Count(state.Count, "fold")} {(state.Count == 1 ? "is" : "are")} kept in {state.Path}; the same command goes on from there.");
            throw;
        }
        catch (Exception e) when (e is SearchTooLargeException or DllNotFoundException or InvalidOperationException)
        {
            throw new CommandException(ExitCodes.Error, e.Message, e);
        }
    }

    private void TellForecast(SearchForecast forecast)
    {
        _terminal.Note(
            $"Forecast from {Tables.Count(forecast.Steps, "measured step")}: at most {TuneProgress.Show(TimeSpan.FromSeconds(forecast.Seconds))} "
            + $"(less where points stop early) and {Tables.Megabytes(forecast.Bytes)} of memory.");
        if (forecast.Bytes > forecast.AvailableBytes)
        {
            _terminal.Note($"That is more than the {Tables.Megabytes(forecast.AvailableBytes)} that are there: it may be killed.");
        }
    }

    private void Write(TuneDocument document, string folder)
    {
        var json = JsonOutput.OfResult(document);
        var (documentPath, reportPath) = (Path.Combine(folder, "tune.json"), Path.Combine(folder, "tune.html"));
        File.WriteAllText(documentPath, json + "\n");
        File.WriteAllText(reportPath, TuneReport.Of(document));
        if (document.Best is { } best)
        {
            File.WriteAllText(
                Path.Combine(folder, "tune-settings.json"), JsonSerializer.Serialize(best.Fragment(), FragmentJson) + "\n");
        }

        if (invocation.Json)
        {
            _terminal.WriteLine(json);
            return;
        }

        _terminal.Write(TuneTable.Of(document, _terminal.IsNarrow));
        if (document.Best is { } winner)
        {
            _terminal.WriteLine($"Best by {document.Search.By}, for the server: {winner.Arguments}");
        }

        _terminal.WriteLine($"{documentPath}, {Path.Combine(folder, "tune-settings.json")}, {reportPath}");
    }
}
