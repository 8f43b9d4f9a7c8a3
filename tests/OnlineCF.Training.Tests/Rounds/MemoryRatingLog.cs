using OnlineCF.Core.Ratings;

namespace OnlineCF.Training.Tests.Rounds;

/// <summary>The part of a rating log that a trainer reads, in memory.</summary>
internal sealed class MemoryRatingLog : IRatingReader
{
    private readonly List<RatingEntry> _entries = [];

    private long _forgottenThrough;

    public long LastSequence { get; private set; }

    /// <summary>Pages read.</summary>
    public int Reads { get; private set; }

    /// <summary>Adds ratings and returns the log.</summary>
    public MemoryRatingLog Rate(params IEnumerable<(long User, long Movie, float Value)> ratings)
    {
        foreach (var (user, movie, value) in ratings)
        {
            _entries.Add(new RatingEntry(++LastSequence, RatingEntryKind.Rated, user, movie, value, 0));
        }

        return this;
    }

    /// <summary>Adds ratings with their times and returns the log.</summary>
    public MemoryRatingLog Rate(IEnumerable<Rating> ratings)
    {
        foreach (var rating in ratings)
        {
            _entries.Add(new RatingEntry(
                ++LastSequence, RatingEntryKind.Rated, rating.UserId, rating.MovieId, rating.Value, rating.RatedAtMicros));
        }

        return this;
    }

    /// <summary>Takes ratings away.</summary>
    public void Delete(params IEnumerable<(long User, long Movie)> pairs)
    {
        foreach (var (user, movie) in pairs)
        {
            _entries.Add(new RatingEntry(++LastSequence, RatingEntryKind.Deleted, user, movie, 0, 0));
        }
    }

    public ValueTask<long> ReadEndAsync(CancellationToken cancellationToken) => new(LastSequence);

    /// <summary>Erases a user's ratings; deletions tell of it.</summary>
    public MemoryRatingLog Erase(long user)
    {
        var movies = _entries.Where(entry => entry.UserId == user).Select(entry => (user, entry.MovieId)).ToList();
        _entries.RemoveAll(entry => entry.UserId == user);
        Delete(movies);
        return this;
    }

    /// <summary>Drops all deletions, as if every reader were past them.</summary>
    public MemoryRatingLog Forget()
    {
        _forgottenThrough = _entries.FindLast(entry => entry.Kind == RatingEntryKind.Deleted).Sequence;
        _entries.RemoveAll(entry => entry.Kind == RatingEntryKind.Deleted);
        return this;
    }

    public ValueTask<LogPage> ReadAsync(long afterSequence, int limit, CancellationToken cancellationToken)
    {
        Reads++;
        return new(new LogPage(
            [.. _entries.Where(entry => entry.Sequence > afterSequence).Take(limit)], _forgottenThrough));
    }
}
