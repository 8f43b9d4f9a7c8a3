using OnlineCF.Core.Ratings;
using OnlineCF.Grains.Telemetry;
using OnlineCF.Grains.Users;
using OnlineCF.Protocol.V1;
using OnlineCF.Server.Errors;
using OnlineCF.Server.Settings;
using RatingResult = OnlineCF.Grains.Users.RatingResult;

namespace OnlineCF.Server.Services;

/// <summary>Takes batches in: sorts out bad ratings, and gives each user's share to its grain in one call.</summary>
public sealed class RatingIngest(
    IGrainFactory grains, IRatingLog log, OnlineCFInstruments instruments, LimitsOptions limits, TimeProvider time)
{
    // A long run of calls that complete at once would keep the other requests from the core.
    private const int CallsPerTurn = 100;

    /// <summary>Returns when every rating that was not rejected is durable.</summary>
    public async Task<StreamRatingsResponse> TakeAsync(StreamRatingsRequest batch)
    {
        var started = time.GetTimestamp();
        Refusals.AtMost(batch.Ratings.Count, limits.MaxRatingsPerBatch, "ratings", nameof(limits.MaxRatingsPerBatch));
        var response = new StreamRatingsResponse { BatchId = batch.BatchId };
        var shares = SharesOf(batch, response);
        if (response.Rejected.Count > 0)
        {
            instruments.OnRatingsRejected(response.Rejected.Count);
        }

        foreach (var turn in shares.Chunk(CallsPerTurn))
        {
            foreach (var receipt in await Task.WhenAll(turn.Select(RateAsync)))
            {
                Count(receipt, response);
            }

            await Task.Yield();
        }

        response.Sequence = Math.Max(response.Sequence, shares.Count == 0 ? log.LastSequence : 0);
        instruments.OnAcknowledged(time.GetElapsedTime(started));
        return response;
    }

    /// <summary>Takes one rating of one user in.</summary>
    public async Task<RatingReceipt> TakeAsync(Protocol.V1.Rating rating)
    {
        var started = time.GetTimestamp();
        if (RatingValidation.FaultOf(rating, time.GetUtcNow()) is var (field, reason))
        {
            instruments.OnRatingsRejected(1);
            throw Refusals.Invalid($"rating.{field}", reason);
        }

        var receipt = await grains.GetGrain<IUserGrain>(rating.UserId).RateAsync([Incoming(rating)]);
        instruments.OnAcknowledged(time.GetElapsedTime(started));
        return receipt;
    }

    private Task<RatingReceipt> RateAsync(KeyValuePair<long, List<IncomingRating>> share) =>
        grains.GetGrain<IUserGrain>(share.Key).RateAsync([.. share.Value]);

    private Dictionary<long, List<IncomingRating>> SharesOf(StreamRatingsRequest batch, StreamRatingsResponse response)
    {
        var now = time.GetUtcNow();
        var shares = new Dictionary<long, List<IncomingRating>>();
        for (var i = 0; i < batch.Ratings.Count; i++)
        {
            var rating = batch.Ratings[i];
            if (RatingValidation.FaultOf(rating, now) is var (field, reason))
            {
                response.Rejected.Add(new RejectedRating { Index = i, Reason = $"{field} {reason}" });
                continue;
            }

            if (!shares.TryGetValue(rating.UserId, out var share))
            {
                shares.Add(rating.UserId, share = []);
            }

            share.Add(Incoming(rating));
        }

        return shares;
    }

    private static IncomingRating Incoming(Protocol.V1.Rating rating) =>
        new(rating.MovieId, rating.Value, RatingValidation.MicrosOf(rating.RatedAt));

    private static void Count(RatingReceipt receipt, StreamRatingsResponse response)
    {
        foreach (var result in receipt.Results)
        {
            switch (result)
            {
                case RatingResult.Accepted:
                    response.Accepted++;
                    break;
                case RatingResult.Duplicate:
                    response.Duplicate++;
                    break;
                default:
                    response.Stale++;
                    break;
            }
        }

        response.Sequence = Math.Max(response.Sequence, receipt.Sequence);
    }
}
