using System.Runtime.InteropServices;
using OnlineCF.Grains.Recommending;
using OnlineCF.Scoring;

namespace OnlineCF.Grains.Telemetry;

/// <summary>
/// What the latest lists have in common: how many different movies stand in their first ten places, and how little known
/// those are (Vargas and Castells 2011, "Rank and relevance in novelty and diversity metrics"). Thread-safe. Under load a
/// share of the lists is counted, so that it costs a list nothing.
/// </summary>
/// <param name="time">Says when the next second begins.</param>
/// <param name="perSecond">So many lists a second are counted.</param>
public sealed class ServedLists(TimeProvider time, int perSecond = ServedLists.PerSecond)
{
    /// <summary>How many of the latest lists the figures run over.</summary>
    public const int Window = 1000;

    /// <summary>On fewer lists nothing is said.</summary>
    public const int LeastLists = 100;

    /// <summary>How many lists a second are counted.</summary>
    public const int PerSecond = 100;

    private const int Places = 10;

    private readonly Lock _lock = new();
    private readonly long[] _movies = new long[Window * Places];
    private readonly double[] _novelties = new double[Window];
    private readonly int[] _lengths = new int[Window];
    private readonly Dictionary<long, int> _counts = new(Window * Places);
    private double _novelty;
    private long _lists;
    private int _modelMovies;
    private long _second;
    private int _left;

    /// <summary>Share of the model's movies that are among the first ten of one of the latest lists; NaN on fewer than <see cref="LeastLists"/>.</summary>
    public double Coverage10
    {
        get
        {
            lock (_lock)
            {
                return _lists < LeastLists || _modelMovies == 0 ? double.NaN : Math.Min(1, (double)_counts.Count / _modelMovies);
            }
        }
    }

    /// <summary>
    /// Mean of −log2 of the share of users who have rated a movie, over the first ten of the latest lists, in bits: 0 if
    /// everybody had rated all of them; NaN on fewer than <see cref="LeastLists"/>.
    /// </summary>
    public double Novelty10
    {
        get
        {
            lock (_lock)
            {
                return _lists < LeastLists ? double.NaN : Math.Max(0, _novelty) / Math.Min(_lists, Window);
            }
        }
    }

    /// <summary>Counts a list that was made from a model.</summary>
    public void OnServed(ServingModel model, ReadOnlySpan<RecommendedMovie> list)
    {
        if (list.IsEmpty || !IsCounted() || !_lock.TryEnter())
        {
            return;
        }

        try
        {
            var slot = (int)(_lists % Window);
            Forget(slot);
            var (novelty, length) = (0.0, Math.Min(Places, list.Length));
            for (var place = 0; place < length; place++)
            {
                var movieId = list[place].MovieId;
                _movies[(slot * Places) + place] = movieId;
                CollectionsMarshal.GetValueRefOrAddDefault(_counts, movieId, out _)++;
                novelty += NoveltyOf(model, movieId);
            }

            (_novelties[slot], _lengths[slot]) = (novelty / length, length);
            _novelty += _novelties[slot];
            _modelMovies = model.MovieCount;
            _lists++;
        }
        finally
        {
            _lock.Exit();
        }
    }

    // A race lets a list more or less be counted.
    private bool IsCounted()
    {
        var second = time.GetTimestamp() / time.TimestampFrequency;
        if (second != Volatile.Read(ref _second))
        {
            Volatile.Write(ref _left, perSecond);
            Volatile.Write(ref _second, second);
        }

        var left = Volatile.Read(ref _left);
        Volatile.Write(ref _left, Math.Max(0, left - 1));
        return left > 0;
    }

    private void Forget(int slot)
    {
        _novelty -= _novelties[slot];
        for (var place = 0; place < _lengths[slot]; place++)
        {
            ref var count = ref CollectionsMarshal.GetValueRefOrNullRef(
                _counts, _movies[(slot * Places) + place]);
            if (--count == 0)
            {
                _counts.Remove(_movies[(slot * Places) + place]);
            }
        }
    }

    // A movie that was folded in is as little known as one that a single user has rated.
    private static double NoveltyOf(ServingModel model, long movieId)
    {
        var row = model.RowOf(movieId);
        var raters = row >= 0 && row < model.Snapshot.Movies.Count ? model.Snapshot.Movies.Counts[row] : 1;
        return Math.Log2((double)Math.Max(model.Snapshot.Users.Count, raters) / Math.Max(1, raters));
    }
}
