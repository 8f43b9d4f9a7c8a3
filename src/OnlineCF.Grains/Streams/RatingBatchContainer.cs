using Orleans.Providers.Streams.Common;
using Orleans.Runtime;
using Orleans.Streams;

namespace OnlineCF.Grains.Streams;

/// <summary>One batch as one stream event; its token is the last sequence in it, then the partition.</summary>
[GenerateSerializer, Immutable, Alias("onlinecf.RatingBatchContainer")]
internal sealed class RatingBatchContainer(RatingBatch batch) : IBatchContainer
{
    [Id(0)]
    private readonly RatingBatch _batch = batch;

    public StreamId StreamId => RatingStream.StreamOf(_batch.Partition);

    // Partitions that share a queue have batches that end together; a queue's tokens must differ.
    public StreamSequenceToken SequenceToken => new EventSequenceTokenV2(_batch.To, _batch.Partition);

    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>() =>
        _batch is T item ? [Tuple.Create(item, SequenceToken)] : [];

    public bool ImportRequestContext() => false;
}
