using OnlineCF.Core.Ratings;
using OnlineCF.Training.Factors;

namespace OnlineCF.Training.Search;

/// <summary>
/// Grid search with k-fold cross-validation: each point trains k times as a full round of the service does,
/// each time with another fold as hold-out.
/// </summary>
public sealed class HyperparameterSearch
{
    private readonly SearchOptions _options;
    private readonly ISearchMemory _memory;
    private readonly ISearchObserver _observer;
    private readonly SearchForecast _forecast;
    private readonly SearchWork _work;
    private readonly Func<SearchPoint, int, Action<int>, FoldResult> _train;

    internal HyperparameterSearch(
        SearchOptions options, SearchForecast forecast, ISearchMemory memory, ISearchObserver observer,
        Func<SearchPoint, int, Action<int>, FoldResult> train)
    {
        (_options, _memory, _observer, _train) = (options, memory, observer, train);
        _forecast = forecast;
        _work = new SearchWork(forecast);
    }

    /// <summary>Searches. The same ratings, options and seed give the same figures on cpu, interrupted or not.</summary>
    /// <param name="ratings">All ratings; of several for one user and movie the last counts.</param>
    /// <param name="options">Validated.</param>
    /// <param name="memory">Folds done before, of the same ratings and options.</param>
    /// <param name="observer">Hears how it goes.</param>
    /// <param name="log">Takes a line for people when libtorch had to be adapted to this system.</param>
    /// <param name="cancellationToken">Seen between minibatches.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are more folds than rated pairs.</exception>
    /// <exception cref="DllNotFoundException">libtorch cannot be loaded here.</exception>
    /// <exception cref="Native.DeviceUnavailableException">cuda was asked for and there is none.</exception>
    /// <exception cref="SearchTooLargeException">The largest dimension does not fit into memory.</exception>
    public static SearchResult Run(
        IReadOnlyList<Rating> ratings, SearchOptions options, ISearchMemory memory, ISearchObserver observer,
        Action<string> log, CancellationToken cancellationToken)
    {
        var engine = TrainingEngine.Of(options.Grid.Base.With(options), log);
        var data = new FoldData(ratings, options);
        var trainer = new FoldTrainer(data, options, engine);
        var forecast = new ForecastProbe(data, options, engine).Measure(cancellationToken);
        var search = new HyperparameterSearch(
            options, forecast, memory, observer,
            (point, fold, epochDone) => trainer.Train(point, fold, report => epochDone(report.Epoch), cancellationToken));
        return search.Run(engine.Device);
    }

    internal SearchResult Run(string deviceName)
    {
        var forecast = _forecast with { Seconds = ForecastSeconds() };
        _observer.OnForecast(forecast);
        var points = _options.OneAtATime ? SearchOneAtATime() : RaceOf(_options.Grid.Points, 0);
        return new SearchResult(Race.Sorted(points, _options.By), forecast, deviceName);
    }

    // Each hyperparameter in turn: all its values around the best point so far, whose folds are not trained again.
    private List<PointResult> SearchOneAtATime()
    {
        var best = _options.Grid.Base;
        var results = new Dictionary<SearchPoint, PointResult>();
        for (var turn = 0; turn < SearchGrid.Variations.Count; turn++)
        {
            var race = RaceOf(SearchGrid.Variations[turn](_options.Grid, best), SecondsOfTurns(turn + 1, best));
            foreach (var result in race.Where(result => result.Status == PointStatus.Finished || !results.ContainsKey(result.Point)))
            {
                results[result.Point] = result;
            }

            var first = Race.Sorted(race, _options.By)[0];
            best = first.Status == PointStatus.Finished ? first.Point : best;
        }

        return [.. results.Values];
    }

    private IReadOnlyList<PointResult> RaceOf(IReadOnlyList<SearchPoint> points, double later)
    {
        _work.Begin(points.Select(point => (point, FoldsToTrain(point))), later);
        return Race.Run(points, _options, Fold, result =>
        {
            _work.Skip(result.Point);
            _observer.OnPointEnded(result);
        });
    }

    private FoldResult Fold(SearchPoint point, int fold)
    {
        var result = _memory.Find(point, fold);
        if (result is null)
        {
            result = _train(point, fold, epoch => Report(point, fold, epoch));
            _memory.Keep(result);
            _work.Finish(result);
        }

        Report(point, fold, 0);
        return result;
    }

    private void Report(SearchPoint point, int fold, int epoch)
    {
        var (fraction, left) = _work.During(point, (double)epoch / _options.Epochs);
        _observer.OnProgress(new SearchProgress(fraction, TimeSpan.FromSeconds(left), point, fold, epoch));
    }

    private double ForecastSeconds()
    {
        var points = _options.OneAtATime ? SearchGrid.Variations[0](_options.Grid, _options.Grid.Base) : _options.Grid.Points;
        return points.Sum(point => FoldsToTrain(point) * _forecast.SecondsOf(point))
            + (_options.OneAtATime ? SecondsOfTurns(1, _options.Grid.Base) : 0);
    }

    private int FoldsToTrain(SearchPoint point) =>
        Enumerable.Range(1, _options.Folds).Count(fold => _memory.Find(point, fold) is null);

    // As if the best point stayed; which it will be is not known before.
    private double SecondsOfTurns(int first, SearchPoint best) => SearchGrid.Variations.Skip(first)
        .SelectMany(variation => variation(_options.Grid, best)).Where(point => point != best)
        .Sum(point => FoldsToTrain(point) * _forecast.SecondsOf(point));
}
