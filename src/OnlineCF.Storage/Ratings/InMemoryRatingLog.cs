using OnlineCF.Core.Ratings;

namespace OnlineCF.Storage.Ratings;

/// <summary>A rating log that lasts as long as its process, for replays and tests; otherwise it keeps the port's contract.</summary>
public sealed class InMemoryRatingLog : IRatingLog
{
    private readonly Lock _lock = new();
    private readonly List<RatingEntry> _entries = [];
    private readonly HashSet<long> _erasures = [];
    private readonly Dictionary<long, List<RatingEntry>> _byUser = [];
    private readonly Dictionary<long, List<RatingEntry>> _byMovie = [];
    private long _lastSequence;
    private long _forgottenThrough;

    /// <inheritdoc/>
    public long KnownSequence => Volatile.Read(ref _lastSequence);

    /// <inheritdoc/>
    public ValueTask<long> ReadEndAsync(CancellationToken cancellationToken) => new(KnownSequence);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There are no changes, they are of several users, or one has a value that is not a number.</exception>
    public ValueTask<long> AppendAsync(
        long expectedSequence, ReadOnlyMemory<RatingChange> changes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RatingChanges.Validate(changes.Span);
        var userId = changes.Span[0].UserId;
        lock (_lock)
        {
            return _byUser.TryGetValue(userId, out var known) && known.Count > 0 && known[^1].Sequence > expectedSequence
                ? ValueTask.FromException<long>(ConcurrentWriterException.Of(userId, expectedSequence, known[^1].Sequence))
                : new(Append(changes.Span));
        }
    }

    /// <inheritdoc/>
    public ValueTask<LogPage> ReadAsync(long afterSequence, int limit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        lock (_lock)
        {
            var start = FirstAfter(afterSequence);
            return new(new LogPage(_entries.GetRange(start, Math.Min(limit, _entries.Count - start)), _forgottenThrough));
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RatingEntry>> ReadUserAsync(long userId, CancellationToken cancellationToken) =>
        ReadOne(_byUser, userId, int.MaxValue, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RatingEntry>> ReadMovieAsync(
        long movieId, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return ReadOne(_byMovie, movieId, limit, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<long> EraseUserAsync(long userId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (!_byUser.TryGetValue(userId, out var ofUser))
            {
                return new(0L);
            }

            var deletions = RatingChanges.DeletionsOfCurrent(ofUser);
            Remove(ofUser.Where(entry => entry.Kind != RatingEntryKind.Deleted).Select(entry => entry.Sequence).ToHashSet());
            foreach (var kept in _byUser[userId].ToArray())
            {
                Replace(kept, kept with { ReplacedValue = 0, ReplacedAtMicros = 0 });
            }

            var last = Append(deletions);
            _erasures.UnionWith(_byUser.GetValueOrDefault(userId, []).Select(entry => entry.Sequence));
            return new(deletions.Length == 0 ? 0 : last);
        }
    }

    /// <inheritdoc/>
    public ValueTask<long> ReadLastErasureAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return new(Math.Max(_forgottenThrough, _erasures.DefaultIfEmpty(0).Max()));
        }
    }

    /// <inheritdoc/>
    public ValueTask ForgetErasedAsync(long throughSequence, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var forgotten = _erasures.Where(sequence => sequence <= throughSequence).ToHashSet();
            Remove(forgotten);
            _forgottenThrough = forgotten.Count == 0 ? _forgottenThrough : forgotten.Max();
            _erasures.ExceptWith(forgotten);
            return ValueTask.CompletedTask;
        }
    }

    private ValueTask<IReadOnlyList<RatingEntry>> ReadOne(
        Dictionary<long, List<RatingEntry>> index, long id, int limit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return new(index.TryGetValue(id, out var entries) ? entries.TakeLast(limit).ToArray() : []);
        }
    }

    private long Append(ReadOnlySpan<RatingChange> changes)
    {
        var sequence = _lastSequence;
        foreach (var change in changes)
        {
            var entry = RatingEntry.Of(++sequence, change);
            _entries.Add(entry);
            Index(_byUser, entry.UserId, entry);
            Index(_byMovie, entry.MovieId, entry);
        }

        Volatile.Write(ref _lastSequence, sequence);
        return sequence;
    }

    private void Remove(HashSet<long> sequences)
    {
        foreach (var entry in _entries.Where(entry => sequences.Contains(entry.Sequence)))
        {
            _byUser[entry.UserId].Remove(entry);
            _byMovie[entry.MovieId].Remove(entry);
        }

        _entries.RemoveAll(entry => sequences.Contains(entry.Sequence));
    }

    private void Replace(RatingEntry old, RatingEntry entry)
    {
        foreach (var list in new[] { _entries, _byUser[old.UserId], _byMovie[old.MovieId] })
        {
            list[list.IndexOf(old)] = entry;
        }
    }

    private static void Index(Dictionary<long, List<RatingEntry>> index, long id, RatingEntry entry)
    {
        if (!index.TryGetValue(id, out var entries))
        {
            index.Add(id, entries = []);
        }

        entries.Add(entry);
    }

    private int FirstAfter(long sequence)
    {
        var (low, high) = (0, _entries.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _entries[middle].Sequence > sequence ? (low, middle) : (middle + 1, high);
        }

        return low;
    }
}
