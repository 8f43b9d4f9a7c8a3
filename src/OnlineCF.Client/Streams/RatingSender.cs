using Grpc.Core;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Client.Streams;

/// <summary>Sends a backlog, over one stream after the other as they break, until it is complete and all is acknowledged.</summary>
internal sealed class RatingSender(RatingService.RatingServiceClient client, RatingBacklog backlog, RatingStreamOptions options)
{
    private readonly GrowingPauses _pauses = new(options.FirstPause, options.LongestPause, options.GiveUpAfter, options.Time);
    private bool _waits = options.WaitsForFirstAnswer;

    /// <summary>Returns when all is acknowledged; who writes or waits is told when it will not be.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (await backlog.HasWorkAsync(stop))
            {
                await AttemptAsync(stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            backlog.Fail(new ObjectDisposedException(nameof(RatingStream)));
            throw;
        }
        catch (Exception e)
        {
            backlog.Fail(e);
            throw;
        }
    }

    private async Task AttemptAsync(CancellationToken stop)
    {
        try
        {
            await StreamAsync(stop);
        }
        catch (RpcException) when (backlog.IsDone)
        {
            // All is acknowledged: how the stream ended after that is nobody's loss.
        }
        catch (RpcException e) when (IsPassing(e) && !stop.IsCancellationRequested)
        {
            if (backlog.Count == 0)
            {
                return; // Nothing is lost; the next rating opens it again.
            }

            if (!_waits)
            {
                throw;
            }

            options.Interrupted?.Invoke(e);
            if (!await _pauses.WaitAsync(stop))
            {
                throw new ServerLostException(e, backlog.Count);
            }
        }
    }

    private async Task StreamAsync(CancellationToken stop)
    {
        using var silence = new CancellationTokenSource(options.AnswerTimeout, options.Time);
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(stop, silence.Token);

        // Registered last and so called first: a rating that is written from then on finds another stream.
        var idle = false;
        using var ending = silence.Token.Register(() => idle = backlog.Count == 0);
        using var call = client.StreamRatings(cancellationToken: attempt.Token);
        backlog.Rewind();
        var writing = WriteAsync(call.RequestStream, silence, attempt.Token);
        try
        {
            await ReadAsync(call.ResponseStream, silence, attempt.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled })
        {
            stop.ThrowIfCancellationRequested();
            if (idle)
            {
                return;
            }

            throw Unavailable(silence.IsCancellationRequested
                ? $"no answer for {options.AnswerTimeout.TotalSeconds:0} s" : "the server cancelled the stream");
        }
        finally
        {
            // A write fails because the call has ended, and its reader knows why.
            await attempt.CancelAsync();
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WriteAsync(IClientStreamWriter<StreamRatingsRequest> requests, CancellationTokenSource silence, CancellationToken cancel)
    {
        while (await backlog.TakeAsync(cancel) is { } batch)
        {
            silence.CancelAfter(options.AnswerTimeout);
            await requests.WriteAsync(batch.Request, cancel);
        }

        await requests.CompleteAsync();
    }

    private async Task ReadAsync(IAsyncStreamReader<StreamRatingsResponse> answers, CancellationTokenSource silence, CancellationToken cancel)
    {
        while (await answers.MoveNext(cancel))
        {
            silence.CancelAfter(options.AnswerTimeout);
            _waits = true;
            _pauses.OnSuccess();
            backlog.Acknowledge(answers.Current);
        }

        if (backlog.Count > 0)
        {
            throw Unavailable("the server ended the stream before its answers");
        }
    }

    // Internal with an I/O error inside is how a connection that breaks within a message shows itself.
    private static bool IsPassing(RpcException e) =>
        e.StatusCode is StatusCode.Unavailable or StatusCode.Aborted
        || (e.StatusCode is StatusCode.Internal or StatusCode.Unknown
            && e.Status.DebugException is IOException or HttpRequestException);

    private static RpcException Unavailable(string detail) => new(new Status(StatusCode.Unavailable, detail));
}
