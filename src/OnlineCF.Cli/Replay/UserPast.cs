using OnlineCF.Core.Ratings;

namespace OnlineCF.Cli.Replay;

/// <summary>What a user has rated so far in a replay, in the order of time.</summary>
internal sealed class UserPast
{
    /// <summary>A user who comes back after so long starts a sitting anew.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    private readonly List<Rating> _ratings = [];
    private int _old;

    /// <summary>All of it.</summary>
    public IReadOnlyList<Rating> Ratings => _ratings;

    /// <summary>How many were rated an hour before a moment and earlier; moments must not go back.</summary>
    public int OldAt(long micros)
    {
        while (_old < _ratings.Count && micros - _ratings[_old].RatedAtMicros >= Pause.TotalMicroseconds)
        {
            _old++;
        }

        return _old;
    }

    /// <summary>Takes a rating in.</summary>
    public void Add(Rating rating) => _ratings.Add(rating);
}
