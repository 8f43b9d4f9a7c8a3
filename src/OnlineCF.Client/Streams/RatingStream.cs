using Grpc.Core;
using OnlineCF.Client.Streams;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Client;

/// <summary>
/// Takes ratings and sends them in order. What no silo has acknowledged is kept, up to a bound at which the writer waits;
/// when the stream breaks, it is sent again, in the same order and the same batches, over the next silo in turn that can be
/// reached, after pauses that grow. Whatever was acknowledged is durable; whatever is sent twice is <c>duplicate</c> the
/// second time and changes nothing.
/// </summary>
/// <remarks>
/// It goes on after UNAVAILABLE, ABORTED and broken connections. Any other status ends it: INVALID_ARGUMENT,
/// UNAUTHENTICATED, PERMISSION_DENIED, RESOURCE_EXHAUSTED and the like would come again. Then every method throws that
/// <see cref="RpcException"/>, or <see cref="ServerLostException"/> where no silo came back in time. A single bad rating is
/// no error: it is rejected with a reason, and the others are taken. Safe for use by many threads; ratings of one thread
/// keep their order. A rating must not be changed after it was written.
/// </remarks>
public sealed class RatingStream : IAsyncDisposable
{
    private readonly RatingStreamOptions _options;
    private readonly RatingBacklog _backlog;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _sending;

    /// <summary>Waits for its first rating.</summary>
    internal RatingStream(RatingService.RatingServiceClient client, RatingStreamOptions options)
    {
        _options = options.Checked();
        _backlog = new RatingBacklog(options);
        _sending = new RatingSender(client, _backlog, options).RunAsync(_stop.Token);
        _ = _sending.ContinueWith(x => x.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>What became of the ratings that are acknowledged so far.</summary>
    public RatingTotals Totals => _backlog.Totals;

    /// <summary>Ratings that were written and are not acknowledged; at most <see cref="RatingStreamOptions.MostUnacknowledged"/>.</summary>
    public int Unacknowledged => _backlog.Count;

    /// <summary>
    /// Takes a rating; it is sent soon, alone or with others. Returns at once, or as soon as there is room; it is
    /// acknowledged later (<see cref="FlushAsync"/>, <see cref="CompleteAsync"/>).
    /// </summary>
    /// <param name="rating">Without rated_at it gets the server's time of arrival.</param>
    /// <param name="cancellationToken">Gives up waiting for room; then the rating was not taken.</param>
    /// <exception cref="RpcException">The stream ended with an error that would come again.</exception>
    /// <exception cref="ServerLostException">No silo came back in time.</exception>
    /// <exception cref="InvalidOperationException">The stream is complete.</exception>
    public async ValueTask WriteAsync(Rating rating, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rating);
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await AddAsync(rating, cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Takes ratings one after the other, as many as there is room for at a time; no other writer's come between.</summary>
    /// <param name="ratings">Read as there is room; may be long.</param>
    /// <param name="cancellationToken">Gives up waiting for room; then those before were taken.</param>
    /// <exception cref="RpcException">The stream ended with an error that would come again.</exception>
    /// <exception cref="ServerLostException">No silo came back in time.</exception>
    /// <exception cref="InvalidOperationException">The stream is complete.</exception>
    public async ValueTask WriteAsync(IEnumerable<Rating> ratings, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ratings);
        await _writing.WaitAsync(cancellationToken);
        try
        {
            foreach (var rating in ratings)
            {
                await AddAsync(rating, cancellationToken);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Takes ratings as one batch with an answer of its own. Returns when there is room for them.</summary>
    /// <param name="batch">From 1 rating to <see cref="RatingStreamOptions.MostUnacknowledged"/>, and no more than the server takes at a time.</param>
    /// <param name="cancellationToken">Gives up waiting for room; then none was taken.</param>
    /// <returns>Completes when they are durable; fails as the stream does.</returns>
    /// <exception cref="ArgumentException">The batch is empty or too large.</exception>
    /// <exception cref="RpcException">The stream ended with an error that would come again.</exception>
    /// <exception cref="ServerLostException">No silo came back in time.</exception>
    /// <exception cref="InvalidOperationException">The stream is complete.</exception>
    public async ValueTask<Task<RatingAcknowledgement>> SendAsync(IReadOnlyCollection<Rating> batch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch.Count, 1, nameof(batch));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batch.Count, _options.MostUnacknowledged, nameof(batch));
        await _writing.WaitAsync(cancellationToken);
        try
        {
            RatingBatch? added;
            while ((added = _backlog.TryAdd(batch)) is null)
            {
                await _backlog.RoomAsync(cancellationToken);
            }

            return added.Done;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Returns when all that was written before is durable.</summary>
    /// <param name="cancellationToken">Stops waiting; the ratings stay on their way.</param>
    /// <exception cref="RpcException">The stream ended with an error that would come again.</exception>
    /// <exception cref="ServerLostException">No silo came back in time.</exception>
    public async Task FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_backlog.Last is { } last)
        {
            await last.Done.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Takes no more, and returns what became of everything when all of it is durable. May be called again.</summary>
    /// <param name="cancellationToken">Stops waiting; the ratings stay on their way until the stream is disposed.</param>
    /// <exception cref="RpcException">The stream ended with an error that would come again; <see cref="Totals"/> says what was acknowledged.</exception>
    /// <exception cref="ServerLostException">No silo came back in time.</exception>
    public async Task<RatingTotals> CompleteAsync(CancellationToken cancellationToken = default)
    {
        _backlog.Complete();
        await _sending.WaitAsync(cancellationToken);
        return Totals;
    }

    /// <summary>Ends the stream. What is not acknowledged is given up, so call <see cref="CompleteAsync"/> before.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_stop.IsCancellationRequested)
        {
            await _stop.CancelAsync();
        }

        await _sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async ValueTask AddAsync(Rating rating, CancellationToken cancellationToken)
    {
        while (!_backlog.TryAdd(rating))
        {
            await _backlog.RoomAsync(cancellationToken);
        }
    }
}
