using OnlineCF.Core.Ratings;
using OnlineCF.Core.Streams;
using Orleans.Streams;

namespace OnlineCF.Grains.Streams;

/// <summary>Reads the log once for all partitions, from their oldest checkpoint on, and deals it out.</summary>
internal sealed class RatingLogReceiver(IRatingLog log, IStreamCheckpoints checkpoints) : IQueueAdapterReceiver
{
    private const int EntriesPerRead = 4096;

    private readonly long[] _delivered = new long[RatingStream.Partitions];
    private long _position;

    public async Task Initialize(TimeSpan timeout)
    {
        using var expiry = new CancellationTokenSource(timeout);
        for (var partition = 0; partition < _delivered.Length; partition++)
        {
            _delivered[partition] = await PartitionStart.FindAsync(log, checkpoints, partition, expiry.Token);
        }

        _position = _delivered.Min();
    }

    public async Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount)
    {
        if (log.KnownSequence <= _position)
        {
            return [];
        }

        var (entries, _) = await log.ReadAsync(_position, EntriesPerRead, CancellationToken.None);
        if (entries.Count == 0)
        {
            return [];
        }

        _position = entries[^1].Sequence;
        var shares = Array.ConvertAll(_delivered, _ => new List<RatingEntry>());
        foreach (var entry in entries)
        {
            var partition = RatingStream.PartitionOf(entry.MovieId);
            if (entry.Sequence > _delivered[partition])
            {
                shares[partition].Add(entry);
            }
        }

        var batches = new List<IBatchContainer>(shares.Length);
        for (var partition = 0; partition < shares.Length; partition++)
        {
            if (_position > _delivered[partition])
            {
                batches.Add(new RatingBatchContainer(
                    new RatingBatch(partition, _delivered[partition], _position, [.. shares[partition]])));
                _delivered[partition] = _position;
            }
        }

        return batches;
    }

    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages) => Task.CompletedTask;

    public Task Shutdown(TimeSpan timeout) => Task.CompletedTask;
}
