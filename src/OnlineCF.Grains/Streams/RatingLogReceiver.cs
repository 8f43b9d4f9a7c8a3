using System.Diagnostics;
using OnlineCF.Core;
using OnlineCF.Core.Ratings;
using OnlineCF.Core.Streams;
using Orleans.Streams;

namespace OnlineCF.Grains.Streams;

/// <summary>Reads the log once for all partitions, from their oldest checkpoint on, and deals it out.</summary>
internal sealed class RatingLogReceiver(IRatingLog log, IStreamCheckpoints checkpoints) : IQueueAdapterReceiver
{
    // Much at once where the stream is behind: a movie's share of it is one call.
    private const int EntriesPerRead = 32_768;

    // What comes sooner after a read waits, unless it is much: a movie that many rate gets their ratings in a few calls.
    private static readonly TimeSpan Spacing = TimeSpan.FromMilliseconds(500);

    private readonly long[] _delivered = new long[RatingStream.Partitions];
    private long _position;
    private long _lastRead;

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
        var waiting = log.KnownSequence - _position;
        if (waiting <= 0 || (waiting < EntriesPerRead && _lastRead != 0 && Stopwatch.GetElapsedTime(_lastRead) < Spacing))
        {
            return [];
        }

        if (await ReadAsync() is not { Count: > 0 } entries)
        {
            return [];
        }

        _position = entries[^1].Sequence;
        _lastRead = Stopwatch.GetTimestamp();
        var shares = SharesOf(entries);
        var batches = new List<IBatchContainer>(shares.Length);
        for (var partition = 0; partition < shares.Length; partition++)
        {
            if (_position > _delivered[partition])
            {
                batches.Add(new RatingBatchContainer(
                    new RatingBatch(partition, _delivered[partition], _position, shares[partition])));
                _delivered[partition] = _position;
            }
        }

        return batches;
    }

    // A store that is away says so itself, once; the next look finds it again.
    private async Task<IReadOnlyList<RatingEntry>> ReadAsync()
    {
        try
        {
            return (await log.ReadAsync(_position, EntriesPerRead, CancellationToken.None)).Entries;
        }
        catch (StoreUnavailableException)
        {
            return [];
        }
    }

    // Counted first, so that each partition's array is made once.
    private RatingEntry[][] SharesOf(IReadOnlyList<RatingEntry> entries)
    {
        var counts = new int[_delivered.Length];
        foreach (var entry in entries)
        {
            var partition = RatingStream.PartitionOf(entry.MovieId);
            counts[partition] += entry.Sequence > _delivered[partition] ? 1 : 0;
        }

        var shares = Array.ConvertAll(counts, count => new RatingEntry[count]);
        Array.Clear(counts);
        foreach (var entry in entries)
        {
            var partition = RatingStream.PartitionOf(entry.MovieId);
            if (entry.Sequence > _delivered[partition])
            {
                shares[partition][counts[partition]++] = entry;
            }
        }

        return shares;
    }

    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages) => Task.CompletedTask;

    public Task Shutdown(TimeSpan timeout) => Task.CompletedTask;
}
