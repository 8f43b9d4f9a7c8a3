namespace OnlineCF.Core.Ratings;

/// <summary>
/// The durable, ordered record of all ratings, from which everything else can be rebuilt.
/// The log stores what it is given: the one writer of a user decides what is duplicate or stale.
/// Every member may throw <see cref="StoreUnavailableException"/>; no member retries by itself.
/// </summary>
public interface IRatingLog
{
    /// <summary>The highest durable sequence; 0 while the log is empty. Never goes back.</summary>
    public long LastSequence { get; }

    /// <summary>
    /// Appends all changes, in order, or none. When the task completes they are durable (fsync'd or
    /// committed) and visible to every read. Callers that wait together share one commit; when too many
    /// wait, the call waits too. After an exception the caller does not know whether the changes are in.
    /// </summary>
    /// <param name="changes">Not empty; must stay unchanged until the task completes.</param>
    /// <param name="cancellationToken">Gives up waiting; the changes may still become durable.</param>
    /// <returns>The sequence of the last change; those of one call are consecutive.</returns>
    public ValueTask<long> AppendAsync(ReadOnlyMemory<RatingChange> changes, CancellationToken cancellationToken);

    /// <summary>
    /// At most <paramref name="limit"/> entries with a sequence above <paramref name="afterSequence"/>, in
    /// order. A reader that goes on from the last sequence it got misses nothing that will ever be there.
    /// </summary>
    public ValueTask<IReadOnlyList<RatingEntry>> ReadAsync(
        long afterSequence, int limit, CancellationToken cancellationToken);

    /// <summary>All entries of one user, in order; empty for a user nobody has seen.</summary>
    public ValueTask<IReadOnlyList<RatingEntry>> ReadUserAsync(long userId, CancellationToken cancellationToken);

    /// <summary>All entries of one movie, in order; empty for a movie nobody has rated.</summary>
    public ValueTask<IReadOnlyList<RatingEntry>> ReadMovieAsync(long movieId, CancellationToken cancellationToken);

    /// <summary>
    /// Erases every <see cref="RatingEntryKind.Rated"/> entry of the user and appends, in the same commit, one
    /// <see cref="RatingEntryKind.Deleted"/> entry for each movie that had a current rating, so that what
    /// was derived from them can be mended. Values and times are gone from the store when it returns.
    /// Earlier deletions stay until <see cref="ForgetErasedAsync"/>: a reader that saw the rating may not
    /// have seen its deletion yet.
    /// </summary>
    /// <returns>The sequence of the last appended entry, or 0 when the user had no current rating.</returns>
    public ValueTask<long> EraseUserAsync(long userId, CancellationToken cancellationToken);

    /// <summary>
    /// Drops the <see cref="RatingEntryKind.Deleted"/> entries up to <paramref name="throughSequence"/> of
    /// erased users; to be called when every reader is past it.
    /// </summary>
    public ValueTask ForgetErasedAsync(long throughSequence, CancellationToken cancellationToken);
}
