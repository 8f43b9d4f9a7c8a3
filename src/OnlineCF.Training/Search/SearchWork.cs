namespace OnlineCF.Training.Search;

/// <summary>
/// How much of what a search has to train is done and how long the rest takes: the forecast's seconds are the unit, and what
/// has been trained so far says how much slower or faster than forecast this machine really is.
/// </summary>
internal sealed class SearchWork(SearchForecast forecast)
{
    private readonly Dictionary<SearchPoint, int> _left = [];
    private double _later;
    private double _done;
    private double _took;

    /// <summary>Forecast seconds of everything that is left.</summary>
    public double Remaining => _later + _left.Sum(entry => entry.Value * forecast.SecondsOf(entry.Key));

    /// <summary>How far it is, 0 to 1, and the seconds left by the speed of what was trained.</summary>
    /// <param name="point">What is being trained.</param>
    /// <param name="part">How much of its fold is done, 0 to 1.</param>
    public (double Fraction, double SecondsLeft) During(SearchPoint point, double part)
    {
        var going = part * forecast.SecondsOf(point);
        var remaining = Math.Max(0, Remaining - going);
        var all = _done + going + remaining;
        return (all > 0 ? (_done + going) / all : 1, remaining * (_done > 0 ? _took / _done : 1));
    }

    /// <summary>A race begins; further points, not known yet, will take so many forecast seconds.</summary>
    /// <param name="folds">How many folds of each point are to be trained.</param>
    /// <param name="later">Forecast seconds.</param>
    public void Begin(IEnumerable<(SearchPoint Point, int Folds)> folds, double later)
    {
        _left.Clear();
        _later = later;
        foreach (var (point, left) in folds)
        {
            _left[point] = left;
        }
    }

    /// <summary>A fold was trained.</summary>
    public void Finish(FoldResult fold)
    {
        _left[fold.Point]--;
        var seconds = forecast.SecondsOf(fold.Point);
        (_done, _took) = (_done + seconds, _took + fold.Seconds);
    }

    /// <summary>The point's remaining folds are skipped.</summary>
    public void Skip(SearchPoint point) => _left.Remove(point);
}
