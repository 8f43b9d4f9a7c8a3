using Grpc.Core;
using OnlineCF.Protocol.V1;
using OnlineCF.Server.Access;

namespace OnlineCF.Server.Limits;

/// <summary>Lets calls in by what is open and by what their callers have had. Health and reflection answer however full the server is.</summary>
public sealed class Admission(RequestBudgets budgets, CallerShares shares)
{
    private const string OwnServices = "/onlinecf.";

    /// <summary>Lets a call in; what is returned is to be disposed when it ends.</summary>
    /// <exception cref="OverLimitException">Not now.</exception>
    public IDisposable? Enter(RequestKind kind, Caller? caller, ServerCallContext context)
    {
        if (!context.Method.StartsWith(OwnServices, StringComparison.Ordinal))
        {
            return null;
        }

        if (kind == RequestKind.Call && !shares.LimitsCalls)
        {
            return budgets.Open(kind, default);
        }

        var key = KeyOf(caller, context);
        shares.TakeCall(key);
        return budgets.Open(kind, key);
    }

    /// <summary>Takes what a single request brings.</summary>
    /// <exception cref="OverLimitException">Not now.</exception>
    public void Take<TRequest>(TRequest request, Caller? caller, ServerCallContext context)
    {
        if (shares.LimitsRatings
            && request switch { RateRequest => 1, RateBatchRequest batch => batch.Ratings.Count, _ => 0 } is > 0 and var count)
        {
            shares.TakeRatings(KeyOf(caller, context), count);
        }
    }

    /// <summary>A stream of requests, read no faster than its caller's share allows: the client then finds its sending slowed.</summary>
    public IAsyncStreamReader<TRequest> Paced<TRequest>(
        IAsyncStreamReader<TRequest> requests, Caller? caller, ServerCallContext context) =>
        shares.LimitsRatings && requests is IAsyncStreamReader<StreamRatingsRequest> ratings
            ? (IAsyncStreamReader<TRequest>)(object)new PacedRatings(ratings, shares, KeyOf(caller, context))
            : requests;

    private static CallerKey KeyOf(Caller? caller, ServerCallContext context) =>
        CallerKey.Of(caller, context.GetHttpContext().Connection.RemoteIpAddress);

    private sealed class PacedRatings(
        IAsyncStreamReader<StreamRatingsRequest> inner, CallerShares shares, CallerKey caller) : IAsyncStreamReader<StreamRatingsRequest>
    {
        public StreamRatingsRequest Current => inner.Current;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            if (!await inner.MoveNext(cancellationToken))
            {
                return false;
            }

            await shares.WaitForRatingsAsync(caller, Current.Ratings.Count, cancellationToken);
            return true;
        }
    }
}
