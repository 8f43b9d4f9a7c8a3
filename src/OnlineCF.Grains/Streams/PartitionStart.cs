using OnlineCF.Core.Ratings;
using OnlineCF.Core.Streams;

namespace OnlineCF.Grains.Streams;

/// <summary>Where a partition goes on after a start.</summary>
internal static class PartitionStart
{
    /// <summary>
    /// The sequence of the partition's checkpoint. A checkpoint of another log, or one that stands before what the
    /// log has forgotten, is dropped: the partition starts over from 0.
    /// </summary>
    public static async ValueTask<long> FindAsync(
        IRatingReader log, IStreamCheckpoints checkpoints, int partition, CancellationToken cancellationToken)
    {
        await checkpoints.PrepareAsync(RatingStream.Partitions, cancellationToken);
        var sequence = await checkpoints.LoadSequenceAsync(partition, cancellationToken);
        if (sequence == 0)
        {
            return 0;
        }

        var next = await log.ReadAsync(sequence, 1, cancellationToken);
        if (sequence > await log.ReadEndAsync(cancellationToken) || next.Overtakes(sequence))
        {
            await checkpoints.ClearAsync(partition, cancellationToken);
            return 0;
        }

        return sequence;
    }
}
