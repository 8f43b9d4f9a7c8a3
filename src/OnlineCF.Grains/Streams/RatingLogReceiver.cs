using OnlineCF.Core.Ratings;
using OnlineCF.Core.Streams;
using Orleans.Streams;

namespace OnlineCF.Grains.Streams;

/// <summary>Reads the log for the partitions of one queue, from their oldest checkpoint on.</summary>
internal sealed class RatingLogReceiver(IRatingLog log, IStreamCheckpoints checkpoints, int[] partitions)
    : IQueueAdapterReceiver
{
    private const int EntriesPerRead = 2048;

    private readonly long[] _delivered = new long[partitions.Length];
    private long _position;

    public async Task Initialize(TimeSpan timeout)
    {
        using var expiry = new CancellationTokenSource(timeout);
        var end = await log.ReadEndAsync(expiry.Token);
        for (var i = 0; i < partitions.Length; i++)
        {
            var checkpoint = await checkpoints.LoadAsync(partitions[i], expiry.Token);
            _delivered[i] = Math.Min(checkpoint?.Sequence ?? 0, end);
        }

        _position = _delivered.Length == 0 ? long.MaxValue : _delivered.Min();
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
        var batches = new List<IBatchContainer>(partitions.Length);
        for (var i = 0; i < partitions.Length; i++)
        {
            if (_position > _delivered[i])
            {
                batches.Add(new RatingBatchContainer(BatchOf(partitions[i], _delivered[i], entries)));
                _delivered[i] = _position;
            }
        }

        return batches;
    }

    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages) => Task.CompletedTask;

    public Task Shutdown(TimeSpan timeout) => Task.CompletedTask;

    private RatingBatch BatchOf(int partition, long from, IReadOnlyList<RatingEntry> entries) => new(
        partition,
        from,
        _position,
        [.. entries.Where(entry => entry.Sequence > from && RatingStream.PartitionOf(entry.MovieId) == partition)]);
}
