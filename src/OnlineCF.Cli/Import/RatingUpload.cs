using Grpc.Core;
using OnlineCF.Client;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Import;

/// <summary>
/// Streams ratings to the server with a bounded window of unanswered batches. When the server goes away, the client sends
/// the unanswered batches again, to another silo where there is one; the server knows what it has and answers duplicate.
/// </summary>
internal sealed class RatingUpload(OnlineCFClient client, IRatingSource source, TimeProvider time)
{
    /// <summary>Batches that may be unanswered at a time.</summary>
    public const int Window = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Queue<(RatingBatch Batch, Task<RatingAcknowledgement> Answer)> _unanswered = new(Window);

    /// <summary>The time of ratings that have none; null lets the server take its own.</summary>
    public long? RatedAtMicros { get; init; }

    /// <summary>How fast ratings are sent; null for as fast as the server takes them.</summary>
    public Pace? Pace { get; init; }

    /// <summary>Whether the server has answered before; one that was never there is not waited for.</summary>
    public bool ServerWasThere { get; init; }

    /// <summary>Called with each batch and its answer, in order, while nothing is read from the source.</summary>
    public required Action<RatingBatch, StreamRatingsResponse> Answered { get; init; }

    /// <summary>Called when the server went away and there will be another attempt.</summary>
    public Action<RpcException> WentAway { get; init; } = _ => { };

    /// <summary>Sends everything; returns when all of it is acknowledged.</summary>
    /// <exception cref="ServerLostException">The server stayed away for a minute.</exception>
    /// <exception cref="RpcException">The server was never there, or refused; trying again would not help.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var stream = client.StreamRatings(new RatingStreamOptions
        {
            BatchSize = RatingBatch.Size,
            MostUnacknowledged = RatingBatch.Size * Window,
            BatchesUnderWay = Window,
            GiveUpAfter = Patience,
            AnswerTimeout = Patience,
            WaitsForFirstAnswer = ServerWasThere,
            Interrupted = WentAway,
            Time = time,
        });
        try
        {
            while (await ReadAsync(cancellationToken) is { } batch)
            {
                await SendAsync(stream, batch, cancellationToken);
                TellAnswered();
            }

            await stream.CompleteAsync(cancellationToken);
        }
        finally
        {
            TellAnswered();
        }
    }

    private async Task<RatingBatch?> ReadAsync(CancellationToken cancellationToken)
    {
        await (Pace?.WaitAsync(cancellationToken) ?? Task.CompletedTask);
        return RatingBatch.ReadFrom(source, RatedAtMicros, Pace?.BatchSize ?? RatingBatch.Size);
    }

    private async Task SendAsync(RatingStream stream, RatingBatch batch, CancellationToken cancellationToken)
    {
        var answer = await stream.SendAsync(batch.Ratings, cancellationToken);
        _unanswered.Enqueue((batch, answer));
        if (Pace is not null)
        {
            await answer.WaitAsync(cancellationToken);
        }
    }

    private void TellAnswered()
    {
        while (_unanswered.TryPeek(out var first) && first.Answer.IsCompletedSuccessfully)
        {
            _unanswered.Dequeue();
            Answered(first.Batch, first.Answer.Result.Answer);
        }
    }
}
