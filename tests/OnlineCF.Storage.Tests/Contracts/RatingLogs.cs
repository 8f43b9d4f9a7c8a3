using OnlineCF.Core.Ratings;

namespace OnlineCF.Storage.Tests.Contracts;

internal static class RatingLogs
{
    /// <summary>Appends as one who does not mind what the log has of the user.</summary>
    public static ValueTask<long> AppendAsync(this IRatingLog log, ReadOnlyMemory<RatingChange> changes, CancellationToken token) =>
        log.AppendAsync(IRatingLog.AnySequence, changes, token);

    /// <summary>The entries of a page.</summary>
    public static async Task<IReadOnlyList<RatingEntry>> EntriesAsync(
        this IRatingLog log, long afterSequence, int limit, CancellationToken token) =>
        (await log.ReadAsync(afterSequence, limit, token)).Entries;
}
