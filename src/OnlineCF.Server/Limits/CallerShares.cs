using System.Threading.RateLimiting;
using OnlineCF.Server.Settings;

namespace OnlineCF.Server.Limits;

/// <summary>
/// What one caller may do in a second on this server, by a bucket of tokens each. A bucket holds those of a second; that of
/// ratings holds a whole batch at least, so that every batch that is small enough to be taken gets in at some time.
/// Buckets of callers that are gone are given up. Thread-safe.
/// </summary>
public sealed class CallerShares : IDisposable
{
    private const int ReplenishmentsPerSecond = 10;

    private readonly LimitsOptions _limits;
    private readonly int _mostRatings;
    private readonly PartitionedRateLimiter<CallerKey>? _calls;
    private readonly PartitionedRateLimiter<CallerKey>? _ratings;

    /// <summary>Every caller has all of its share.</summary>
    public CallerShares(LimitsOptions limits)
    {
        _limits = limits;
        _mostRatings = Math.Max(limits.RatingsPerSecond, limits.MaxRatingsPerBatch);
        _calls = BucketsOf(limits.CallsPerSecond, limits.CallsPerSecond);
        _ratings = BucketsOf(limits.RatingsPerSecond, _mostRatings);
    }

    /// <summary>Whether calls are counted.</summary>
    public bool LimitsCalls => _calls is not null;

    /// <summary>Whether ratings are counted.</summary>
    public bool LimitsRatings => _ratings is not null;

    /// <summary>Takes a call.</summary>
    /// <exception cref="OverLimitException">The share is used up.</exception>
    public void TakeCall(CallerKey caller) =>
        Take(_calls, caller, 1, nameof(_limits.CallsPerSecond), _limits.CallsPerSecond, "calls");

    /// <summary>Takes ratings, all or none.</summary>
    /// <exception cref="OverLimitException">The share is used up.</exception>
    public void TakeRatings(CallerKey caller, int count) => Take(
        _ratings, caller, Math.Min(count, _mostRatings), nameof(_limits.RatingsPerSecond), _limits.RatingsPerSecond, "ratings");

    /// <summary>Takes ratings as soon as the share has them, after those who wait for it already.</summary>
    public async ValueTask WaitForRatingsAsync(CallerKey caller, int count, CancellationToken cancellationToken)
    {
        if (_ratings is not null)
        {
            using var lease = await _ratings.AcquireAsync(caller, Math.Min(count, _mostRatings), cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _calls?.Dispose();
        _ratings?.Dispose();
    }

    private static void Take(
        PartitionedRateLimiter<CallerKey>? buckets, CallerKey caller, int count, string setting, int perSecond, string what)
    {
        if (buckets is null)
        {
            return;
        }

        using var lease = buckets.AttemptAcquire(caller, count);
        if (!lease.IsAcquired)
        {
            lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter);
            throw new OverLimitException(setting, $"{caller} has had its {perSecond} {what} a second; no more are taken now", retryAfter);
        }
    }

    private static PartitionedRateLimiter<CallerKey>? BucketsOf(int perSecond, int most)
    {
        if (perSecond == 0)
        {
            return null;
        }

        var tokens = Math.Max(1, perSecond / ReplenishmentsPerSecond);
        var options = new TokenBucketRateLimiterOptions
        {
            TokenLimit = most,
            TokensPerPeriod = tokens,
            ReplenishmentPeriod = TimeSpan.FromSeconds((double)tokens / perSecond),
            QueueLimit = int.MaxValue,
            AutoReplenishment = false,
        };
        return PartitionedRateLimiter.Create<CallerKey, CallerKey>(
            caller => RateLimitPartition.GetTokenBucketLimiter(caller, _ => options));
    }
}
