using OnlineCF.Core.Ratings;

namespace OnlineCF.Training.Tests.Rounds;

/// <summary>The part of a rating log that a trainer reads, in memory.</summary>
internal sealed class MemoryRatingLog : IRatingReader
{
    private readonly List<RatingEntry> _entries = [];

    public long LastSequence => _entries.Count;

    /// <summary>Adds ratings and returns the log.</summary>
    public MemoryRatingLog Rate(params IEnumerable<(long User, long Movie, float Value)> ratings)
    {
        foreach (var (user, movie, value) in ratings)
        {
            _entries.Add(new RatingEntry(LastSequence + 1, RatingEntryKind.Rated, user, movie, value, 0));
        }

        return this;
    }

    /// <summary>Takes ratings away.</summary>
    public void Delete(params IEnumerable<(long User, long Movie)> pairs)
    {
        foreach (var (user, movie) in pairs)
        {
            _entries.Add(new RatingEntry(LastSequence + 1, RatingEntryKind.Deleted, user, movie, 0, 0));
        }
    }

    public ValueTask<long> ReadEndAsync(CancellationToken cancellationToken) => new(LastSequence);

    public ValueTask<LogPage> ReadAsync(long afterSequence, int limit, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new LogPage([.. _entries.Skip((int)afterSequence).Take(limit)], 0));
}
