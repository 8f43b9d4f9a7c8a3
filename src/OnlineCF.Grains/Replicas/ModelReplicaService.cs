using OnlineCF.Scoring;
using Orleans.Runtime;

namespace OnlineCF.Grains.Replicas;

/// <inheritdoc cref="IModelReplicaService"/>
public sealed class ModelReplicaService(
    GrainId grainId, Silo silo, Microsoft.Extensions.Logging.ILoggerFactory loggers, ModelReplica replica)
    : GrainService(grainId, silo, loggers), IModelReplicaService
{
    /// <inheritdoc/>
    public Task<long> RefreshAsync() => replica.RefreshAsync(StoppedCancellationTokenSource.Token);

    /// <inheritdoc/>
    public Task AddMovieAsync(long version, long movieId, float bias, float[] rating, float[] ranking)
    {
        replica.AddMovies(version, [new FoldedMovie(movieId, new MovieVectors(bias, rating, ranking))]);
        return Task.CompletedTask;
    }
}
