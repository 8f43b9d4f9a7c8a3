using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OnlineCF.Core.Ratings;
using OnlineCF.Core.Streams;
using Orleans.Configuration;
using Orleans.Providers.Streams.Common;
using Orleans.Runtime;
using Orleans.Streams;

namespace OnlineCF.Grains.Streams;

/// <summary>
/// Makes the rating log the queue of a persistent stream provider. The adapter only reads: what is
/// appended to the log is in the queue.
/// </summary>
public sealed class RatingLogAdapterFactory : IQueueAdapterFactory, IQueueAdapter
{
    private readonly IRatingLog _log;
    private readonly IStreamCheckpoints _checkpoints;
    private readonly HashRingBasedStreamQueueMapper _mapper;
    private readonly SimpleQueueAdapterCache _cache;
    private readonly LoggingFailureHandler _failures;

    private RatingLogAdapterFactory(
        string name, IRatingLog log, IStreamCheckpoints checkpoints, ILoggerFactory loggers)
    {
        Name = name;
        _log = log;
        _checkpoints = checkpoints;

        // One queue, so that the log is read and decoded once in the cluster, however many partitions there are.
        _mapper = new HashRingBasedStreamQueueMapper(new HashRingStreamQueueMapperOptions { TotalQueueCount = 1 }, name);
        _cache = new SimpleQueueAdapterCache(new SimpleQueueCacheOptions { CacheSize = 64 }, name, loggers);
        _failures = new LoggingFailureHandler(loggers.CreateLogger<RatingLogAdapterFactory>());
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool IsRewindable => true;

    /// <inheritdoc/>
    public StreamProviderDirection Direction => StreamProviderDirection.ReadOnly;

    /// <summary>For the provider's registration.</summary>
    public static RatingLogAdapterFactory Create(IServiceProvider services, string name) => new(
        name,
        services.GetRequiredService<IRatingLog>(),
        services.GetRequiredService<IStreamCheckpoints>(),
        services.GetRequiredService<ILoggerFactory>());

    /// <inheritdoc/>
    public Task<IQueueAdapter> CreateAdapter() => Task.FromResult<IQueueAdapter>(this);

    /// <inheritdoc/>
    public IQueueAdapterCache GetQueueAdapterCache() => _cache;

    /// <inheritdoc/>
    public IStreamQueueMapper GetStreamQueueMapper() => _mapper;

    /// <inheritdoc/>
    public Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId) =>
        Task.FromResult<IStreamFailureHandler>(_failures);

    /// <inheritdoc/>
    public IQueueAdapterReceiver CreateReceiver(QueueId queueId) => new RatingLogReceiver(_log, _checkpoints);

    /// <inheritdoc/>
    public Task QueueMessageBatchAsync<T>(
        StreamId streamId, IEnumerable<T> events, StreamSequenceToken? token, Dictionary<string, object>? requestContext) =>
        throw new NotSupportedException("Ratings enter the stream through the rating log alone.");
}
