namespace OnlineCF.Core.Ratings;

/// <summary>
/// The rating log as those see it who follow it from its start. Every member may throw
/// <see cref="StoreUnavailableException"/>; no member retries by itself.
/// </summary>
public interface IRatingReader
{
    /// <summary>The highest durable sequence, true when asked; 0 while the log is empty. Never goes back.</summary>
    public ValueTask<long> ReadEndAsync(CancellationToken cancellationToken);

    /// <summary>
    /// At most <paramref name="limit"/> entries with a sequence above <paramref name="afterSequence"/>, in
    /// order. A reader that goes on from the last sequence it got misses nothing that will ever be there, as
    /// long as it was not behind <see cref="LogPage.ForgottenThrough"/>.
    /// </summary>
    public ValueTask<LogPage> ReadAsync(long afterSequence, int limit, CancellationToken cancellationToken);
}

/// <summary>A stretch of the rating log.</summary>
/// <param name="Entries">In order; empty at the end of the log.</param>
/// <param name="ForgottenThrough">
/// Deletions of erased users are dropped from the log up to here; 0 when none was. A reader that goes on from
/// what it read earlier, and had not come as far as this, may still have what was erased, and starts over from 0.
/// One that began at 0 after it was forgotten has met nothing of it: it starts over only when this rises while it
/// reads.
/// </param>
public sealed record LogPage(IReadOnlyList<RatingEntry> Entries, long ForgottenThrough)
{
    /// <summary>Whether a reader that goes on from a sequence it kept from earlier has to start over.</summary>
    public bool Overtakes(long afterSequence) => afterSequence > 0 && afterSequence < ForgottenThrough;
}
