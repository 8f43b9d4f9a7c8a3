using OnlineCF.Core.Ratings;

namespace OnlineCF.Grains.Movies;

/// <summary>A movie's current ratings by user, applied from log entries at least once and in order.</summary>
public sealed class MovieHistory
{
    private readonly SortedDictionary<long, (float Value, long RatedAtMicros)> _raters = [];
    private MovieStatistics _statistics = MovieStatistics.None;
    private bool _mustRecount;

    /// <summary>The last entry applied; older ones are ignored.</summary>
    public long Sequence { get; private set; }

    /// <summary>What the current ratings add up to.</summary>
    public MovieStatistics Statistics
    {
        get
        {
            if (_mustRecount)
            {
                _statistics = Recount();
                _mustRecount = false;
            }

            return _statistics;
        }
    }

    /// <summary>Users and their stars, by user_id.</summary>
    public IEnumerable<(long UserId, float Value)> Raters => _raters.Select(rater => (rater.Key, rater.Value.Value));

    /// <summary>Applies an entry of this movie unless it has been applied before.</summary>
    public void Apply(in RatingEntry entry)
    {
        if (entry.Sequence <= Sequence)
        {
            return;
        }

        Sequence = entry.Sequence;
        if (_raters.Remove(entry.UserId))
        {
            // A decayed count cannot be taken back from a sum of many without losing digits.
            _mustRecount = true;
        }

        if (entry.Kind == RatingEntryKind.Rated)
        {
            _raters.Add(entry.UserId, (entry.Value, entry.RatedAtMicros));
            _statistics = _statistics.With(entry.Value, entry.RatedAtMicros);
        }
    }

    private MovieStatistics Recount() => _raters.Values.Aggregate(
        MovieStatistics.None, (sum, rating) => sum.With(rating.Value, rating.RatedAtMicros));
}
