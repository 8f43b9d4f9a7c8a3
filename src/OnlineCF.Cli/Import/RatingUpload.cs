using System.Globalization;
using Grpc.Core;
using OnlineCF.Cli.Commands;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Import;

/// <summary>
/// Streams ratings to the server with a bounded window of unanswered batches. When the server goes away,
/// it reconnects and sends the unanswered batches again; the server knows what it has and answers duplicate.
/// </summary>
internal sealed class RatingUpload(RatingService.RatingServiceClient client, IRatingSource source, TimeProvider time)
{
    /// <summary>Batches that may be unanswered at a time.</summary>
    public const int Window = 8;

    private readonly Queue<RatingBatch> _unanswered = new(Window);
    private readonly ServerPatience _patience = new(time);
    private bool _serverWasThere;
    private long _batches;

    /// <summary>The time of ratings that have none; null lets the server take its own.</summary>
    public long? RatedAtMicros { get; init; }

    /// <summary>How fast ratings are sent; null for as fast as the server takes them.</summary>
    public Pace? Pace { get; init; }

    /// <summary>Whether the server has answered before; one that was never there is not waited for.</summary>
    public bool ServerWasThere
    {
        init => _serverWasThere = value;
    }

    /// <summary>Called with each batch and its answer, in order.</summary>
    public required Action<RatingBatch, StreamRatingsResponse> Answered { get; init; }

    /// <summary>Called when the server went away and there will be another attempt.</summary>
    public Action<RpcException> WentAway { get; init; } = _ => { };

    /// <summary>Sends everything; returns when all of it is acknowledged.</summary>
    /// <exception cref="ServerLostException">The server stayed away for a minute.</exception>
    /// <exception cref="RpcException">The server was never there, or refused; trying again would not help.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await StreamAsync(cancellationToken);
                return;
            }
            catch (RpcException e) when (_serverWasThere && !cancellationToken.IsCancellationRequested && IsPassing(e))
            {
                WentAway(e);
                if (!await _patience.WaitAsync(cancellationToken))
                {
                    throw new ServerLostException(e);
                }
            }
        }
    }

    private async Task StreamAsync(CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(ServerPatience.Limit, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        using var call = client.StreamRatings(cancellationToken: stop.Token);
        try
        {
            foreach (var batch in _unanswered)
            {
                await WriteAsync(call, batch, stop.Token);
            }

            while (await FillWindowAsync(call, stop.Token))
            {
                await ReadAnswerAsync(call.ResponseStream, stop.Token);
                silence.CancelAfter(ServerPatience.Limit);
            }

            await call.RequestStream.CompleteAsync();
            await call.ResponseStream.MoveNext(stop.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled })
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new RpcException(new Status(StatusCode.Unavailable, silence.IsCancellationRequested
                ? $"no answer for {ServerPatience.Limit.TotalSeconds:0} s" : "the server cancelled the stream"));
        }
    }

    private async Task<bool> FillWindowAsync(
        AsyncDuplexStreamingCall<StreamRatingsRequest, StreamRatingsResponse> call, CancellationToken cancellationToken)
    {
        while (_unanswered.Count < (Pace is null ? Window : 1))
        {
            await (Pace?.WaitAsync(cancellationToken) ?? Task.CompletedTask);
            var id = (_batches + 1).ToString(CultureInfo.InvariantCulture);
            if (RatingBatch.ReadFrom(source, id, RatedAtMicros, Pace?.BatchSize ?? RatingBatch.Size) is not { } batch)
            {
                break;
            }

            _batches++;
            _unanswered.Enqueue(batch);
            await WriteAsync(call, batch, cancellationToken);
        }

        return _unanswered.Count > 0;
    }

    private async Task ReadAnswerAsync(
        IAsyncStreamReader<StreamRatingsResponse> answers, CancellationToken cancellationToken)
    {
        if (!await answers.MoveNext(cancellationToken))
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "the server ended the stream before its answers"));
        }

        var answer = answers.Current;
        if (answer.BatchId != _unanswered.Peek().Request.BatchId)
        {
            throw new RpcException(new Status(
                StatusCode.Internal, $"the server answered batch '{answer.BatchId}' out of order"));
        }

        _serverWasThere = true;
        _patience.OnAnswer();
        Answered(_unanswered.Dequeue(), answer);
    }

    private static async Task WriteAsync(
        AsyncDuplexStreamingCall<StreamRatingsRequest, StreamRatingsResponse> call,
        RatingBatch batch,
        CancellationToken cancellationToken)
    {
        try
        {
            await call.RequestStream.WriteAsync(batch.Request, cancellationToken);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or HttpRequestException
            or RpcException { StatusCode: StatusCode.Cancelled })
        {
            // The call is over; reading tells its status. Answers that are still there count as lost.
            while (await call.ResponseStream.MoveNext(cancellationToken))
            {
            }

            throw new RpcException(new Status(StatusCode.Unavailable, "the connection broke", e));
        }
    }

    // Internal with an I/O error inside is how a connection that breaks within a message shows itself.
    private static bool IsPassing(RpcException e) =>
        e.StatusCode is StatusCode.Unavailable or StatusCode.Aborted
        || (e.StatusCode is StatusCode.Internal or StatusCode.Unknown
            && e.Status.DebugException is IOException or HttpRequestException);
}

/// <summary>The server went away in the middle and did not come back.</summary>
internal sealed class ServerLostException(RpcException last) : Exception(FailureText.WhyGone(last), last);
