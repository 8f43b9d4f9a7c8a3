using System.Runtime.InteropServices;
using OnlineCF.Core.Ratings;
using OnlineCF.Grains;
using OnlineCF.Grains.Telemetry;
using OnlineCF.Grains.Users;
using OnlineCF.Protocol.V1;
using OnlineCF.Server.Errors;
using OnlineCF.Server.Settings;
using RatingResult = OnlineCF.Grains.Users.RatingResult;

namespace OnlineCF.Server.Services;

/// <summary>Takes batches in: sorts out bad ratings, and gives each user's share to its grain in one call.</summary>
public sealed class RatingIngest(
    KeyedGrains<IUserGrain> users, IRatingLog log, OnlineCFInstruments instruments, LimitsOptions limits, TimeProvider time)
{
    // A long run of calls that complete at once would keep the other requests from the core.
    private const int CallsPerTurn = 100;
    private const int Rejected = -1;

    /// <summary>
    /// Gives the batch's ratings to their users, after those that are under way. Returns when every call has started;
    /// the answer completes when every rating that was not rejected is durable.
    /// </summary>
    public async Task<Task<StreamRatingsResponse>> StartAsync(StreamRatingsRequest batch, UsersUnderWay underWay)
    {
        var started = time.GetTimestamp();
        Refusals.AtMost(batch.Ratings.Count, limits.MaxRatingsPerBatch, "ratings", nameof(limits.MaxRatingsPerBatch));
        var response = new StreamRatingsResponse { BatchId = batch.BatchId };
        var shareOfUser = new Dictionary<long, int>(batch.Ratings.Count);
        var shares = SharesOf(batch, shareOfUser, response);
        if (response.Rejected.Count > 0)
        {
            instruments.OnRatingsRejected(response.Rejected.Count);
        }

        var calls = new Task<RatingReceipt>[shares.Length];
        for (var i = 0; i < calls.Length; i++)
        {
            calls[i] = underWay.CallOf(shares[i].UserId) is { } earlier ? RateAfterAsync(earlier, shares[i]) : RateAsync(shares[i]);
            if ((i + 1) % CallsPerTurn == 0)
            {
                await Task.Yield();
            }
        }

        underWay.Add(shareOfUser, calls);
        return FinishAsync(calls, response, started);
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

        var receipt = await users.Get(rating.UserId).RateAsync([Incoming(rating)]);
        instruments.OnAcknowledged(time.GetElapsedTime(started));
        return receipt;
    }

    private Task<RatingReceipt> RateAsync(UserShare share) =>
        users.Get(share.UserId).RateAsync(share.Ratings);

    private async Task<RatingReceipt> RateAfterAsync(Task earlier, UserShare share)
    {
        await earlier.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return await RateAsync(share);
    }

    private async Task<StreamRatingsResponse> FinishAsync(
        Task<RatingReceipt>[] calls, StreamRatingsResponse response, long started)
    {
        foreach (var receipt in await Task.WhenAll(calls))
        {
            Count(receipt, response);
        }

        response.Sequence = Math.Max(response.Sequence, calls.Length == 0 ? log.KnownSequence : 0);
        instruments.OnAcknowledged(time.GetElapsedTime(started));
        return response;
    }

    // Counted first: each user's ratings then go into one array of their number, in their order.
    private UserShare[] SharesOf(
        StreamRatingsRequest batch, Dictionary<long, int> shareOfUser, StreamRatingsResponse response)
    {
        var now = time.GetUtcNow();
        var shareOfRating = new int[batch.Ratings.Count];
        var counts = new List<int>(batch.Ratings.Count);
        for (var i = 0; i < shareOfRating.Length; i++)
        {
            var rating = batch.Ratings[i];
            if (RatingValidation.FaultOf(rating, now) is var (field, reason))
            {
                response.Rejected.Add(new RejectedRating { Index = i, Reason = $"{field} {reason}" });
                shareOfRating[i] = Rejected;
                continue;
            }

            ref var share = ref CollectionsMarshal.GetValueRefOrAddDefault(shareOfUser, rating.UserId, out var known);
            if (!known)
            {
                share = counts.Count;
                counts.Add(0);
            }

            counts[share]++;
            shareOfRating[i] = share;
        }

        var shares = new UserShare[counts.Count];
        for (var i = shareOfRating.Length - 1; i >= 0; i--)
        {
            if (shareOfRating[i] is var share and not Rejected)
            {
                var rating = batch.Ratings[i];
                ref var ofUser = ref shares[share];
                ofUser = ofUser.Ratings is null ? new UserShare(rating.UserId, new IncomingRating[counts[share]]) : ofUser;
                ofUser.Ratings[--CollectionsMarshal.AsSpan(counts)[share]] = Incoming(rating);
            }
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

    private readonly record struct UserShare(long UserId, IncomingRating[] Ratings);
}
