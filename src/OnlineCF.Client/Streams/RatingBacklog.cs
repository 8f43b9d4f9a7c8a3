using System.Runtime.ExceptionServices;
using Grpc.Core;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Client.Streams;

/// <summary>What was written and is not acknowledged, in order: batches under way, then those that wait. Bounded.</summary>
internal sealed class RatingBacklog(RatingStreamOptions options)
{
    private readonly Lock _gate = new();
    private readonly Signal _work = new();
    private readonly Signal _room = new();
    private readonly Queue<RatingBatch> _underWay = new();
    private Queue<RatingBatch> _waiting = new();
    private RatingBatch? _last;
    private RatingBatch? _open;
    private RatingTotals _totals = RatingTotals.None;
    private Exception? _end;
    private long _batches;
    private int _ratings;
    private bool _completing;

    /// <summary>Ratings in it.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _ratings;
            }
        }
    }

    /// <summary>What was acknowledged.</summary>
    public RatingTotals Totals
    {
        get
        {
            lock (_gate)
            {
                return _totals;
            }
        }
    }

    /// <summary>Whether everything is acknowledged and nothing will come.</summary>
    public bool IsDone
    {
        get
        {
            lock (_gate)
            {
                return _completing && _ratings == 0;
            }
        }
    }

    /// <summary>Adds a rating to the batch that waits last; false when there is no room.</summary>
    public bool TryAdd(Rating rating)
    {
        lock (_gate)
        {
            ThrowIfEnded();
            if (_ratings == options.MostUnacknowledged)
            {
                return false;
            }

            _open ??= Append();
            _open.Request.Ratings.Add(rating);
            _ratings++;
            if (_open.Request.Ratings.Count == options.BatchSize)
            {
                _open = null;
            }
        }

        _work.Set();
        return true;
    }

    /// <summary>Adds a batch of its own; null when there is no room.</summary>
    public RatingBatch? TryAdd(IReadOnlyCollection<Rating> ratings)
    {
        RatingBatch batch;
        lock (_gate)
        {
            ThrowIfEnded();
            if (_ratings + ratings.Count > options.MostUnacknowledged)
            {
                return null;
            }

            (batch, _open) = (Append(), null);
            batch.Request.Ratings.AddRange(ratings);
            _ratings += ratings.Count;
        }

        _work.Set();
        return batch;
    }

    /// <summary>Waits until something was acknowledged, or it ended. One waiter at a time.</summary>
    public ValueTask<bool> RoomAsync(CancellationToken cancellationToken) => _room.WaitAsync(cancellationToken);

    /// <summary>Nothing will be added any more.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _completing = true;
        }

        _work.Set();
        _room.Set();
    }

    /// <summary>The batch that was written last; null for none.</summary>
    public RatingBatch? Last
    {
        get
        {
            lock (_gate)
            {
                return _last;
            }
        }
    }

    /// <summary>Waits for something to send; false when all is acknowledged and nothing will come. One waiter at a time.</summary>
    public async Task<bool> HasWorkAsync(CancellationToken cancellationToken)
    {
        while (Count == 0)
        {
            if (IsDone)
            {
                return false;
            }

            await _work.WaitAsync(cancellationToken);
        }

        return true;
    }

    /// <summary>A new stream begins: all that is not acknowledged waits again, in order.</summary>
    public void Rewind()
    {
        lock (_gate)
        {
            _waiting = new Queue<RatingBatch>([.. _underWay, .. _waiting]);
            _underWay.Clear();
        }
    }

    /// <summary>The next batch to send, as soon as so few are under way; null when there is none and none will come.</summary>
    public async Task<RatingBatch?> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_waiting.Count == 0 && _completing)
                {
                    return null;
                }

                if (_underWay.Count < options.BatchesUnderWay && _waiting.TryDequeue(out var batch))
                {
                    _open = batch == _open ? null : _open;
                    _underWay.Enqueue(batch);
                    return batch;
                }
            }

            await _work.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Takes the answer of the batch that is longest under way.</summary>
    /// <exception cref="RpcException">It is the answer of another one.</exception>
    public void Acknowledge(StreamRatingsResponse answer)
    {
        RatingBatch batch;
        RatingAcknowledgement acknowledgement;
        lock (_gate)
        {
            if (!_underWay.TryPeek(out var first) || first.Request.BatchId != answer.BatchId)
            {
                throw new RpcException(new Status(StatusCode.Internal, $"the server answered batch '{answer.BatchId}' out of order"));
            }

            batch = _underWay.Dequeue();
            acknowledgement = new RatingAcknowledgement(batch.Request.Ratings, answer);
            _ratings -= batch.Request.Ratings.Count;
            _totals = _totals.With(acknowledgement, options.MostRejectionsKept);
        }

        batch.Acknowledge(acknowledgement);
        options.Acknowledged?.Invoke(acknowledgement);
        _work.Set();
        _room.Set();
    }

    /// <summary>Nothing will be sent any more.</summary>
    public void Fail(Exception exception)
    {
        List<RatingBatch> lost;
        lock (_gate)
        {
            _end = exception;
            lost = [.. _underWay, .. _waiting];
            _underWay.Clear();
            _waiting.Clear();
        }

        lost.ForEach(batch => batch.Fail(exception));
        _room.Set();
    }

    private RatingBatch Append()
    {
        _last = new RatingBatch(++_batches);
        _waiting.Enqueue(_last);
        return _last;
    }

    private void ThrowIfEnded()
    {
        if (_end is not null)
        {
            ExceptionDispatchInfo.Throw(_end);
        }

        if (_completing)
        {
            throw new InvalidOperationException("The stream of ratings is complete; nothing can be written any more.");
        }
    }
}
