namespace OnlineCF.Core.Ratings;

/// <summary>
/// The durable, ordered record of all ratings, from which everything else can be rebuilt.
/// The log stores what it is given: the one writer of a user decides what is duplicate or stale, and the log
/// refuses it where it is not the only one.
/// </summary>
public interface IRatingLog : IRatingReader
{
    /// <summary>An expectation that every log meets: append whatever the user has.</summary>
    public const long AnySequence = long.MaxValue;

    /// <summary>
    /// A sequence that the log has reached; it may have come further since, in another process. Never goes back.
    /// </summary>
    public long KnownSequence { get; }

    /// <summary>
    /// Appends all changes, in order, or none. When the task completes they are durable (fsync'd or
    /// committed) and visible to every read. Callers that wait together share one commit; when too many
    /// wait, the call waits too. After any exception but <see cref="ConcurrentWriterException"/> the caller does
    /// not know whether the changes are in.
    /// </summary>
    /// <param name="expectedSequence">
    /// The highest sequence of the user's entries that the caller knows, 0 for none, or <see cref="AnySequence"/>.
    /// </param>
    /// <param name="changes">Not empty, all of one user; must stay unchanged until the task completes.</param>
    /// <param name="cancellationToken">Gives up waiting; the changes may still become durable.</param>
    /// <returns>The sequence of the last change; those of one call are consecutive.</returns>
    /// <exception cref="ConcurrentWriterException">The user has an entry after the expected one.</exception>
    public ValueTask<long> AppendAsync(
        long expectedSequence, ReadOnlyMemory<RatingChange> changes, CancellationToken cancellationToken);

    /// <summary>All entries of one user, in order; empty for a user nobody has seen.</summary>
    public ValueTask<IReadOnlyList<RatingEntry>> ReadUserAsync(long userId, CancellationToken cancellationToken);

    /// <summary>
    /// The newest entries of one movie, at most <paramref name="limit"/>, in order; empty for a movie nobody has rated.
    /// </summary>
    public ValueTask<IReadOnlyList<RatingEntry>> ReadMovieAsync(
        long movieId, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Erases every entry of the user but deletions and appends, in the same commit, one
    /// <see cref="RatingEntryKind.Deleted"/> entry for each movie whose last entry was none, so that what
    /// was derived from them can be mended. Values and times are gone from the store when it returns, those too
    /// that deletions replaced. Earlier deletions stay until <see cref="ForgetErasedAsync"/>: a reader that saw the rating may not
    /// have seen its deletion yet.
    /// </summary>
    /// <returns>The sequence of the last appended entry, or 0 when the user had no current rating.</returns>
    public ValueTask<long> EraseUserAsync(long userId, CancellationToken cancellationToken);

    /// <summary>
    /// The highest sequence of a deletion that stands for an erased rating, whether it was forgotten or not; 0 when nothing
    /// was erased.
    /// </summary>
    public ValueTask<long> ReadLastErasureAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Drops the <see cref="RatingEntryKind.Deleted"/> entries up to <paramref name="throughSequence"/> of
    /// erased users; to be called when every reader that is known is past it. Others learn it from
    /// <see cref="LogPage.ForgottenThrough"/>.
    /// </summary>
    public ValueTask ForgetErasedAsync(long throughSequence, CancellationToken cancellationToken);
}
