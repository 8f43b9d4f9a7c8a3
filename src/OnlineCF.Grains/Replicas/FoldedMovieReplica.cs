using Microsoft.Extensions.Logging;
using OnlineCF.Grains.Streams;
using OnlineCF.Scoring;

namespace OnlineCF.Grains.Replicas;

/// <summary>
/// Brings the movies that the partitions folded into the serving model to this silo's replica of it, at most
/// once a second, all together.
/// </summary>
public sealed class FoldedMovieReplica(
    KeyedGrains<IRatingPartitionGrain> partitions, ModelReplica models, TimeProvider time, ILogger<FoldedMovieReplica> logger)
    : PollingReplica(
        "movies folded in", "new movies come into lists later", TimeSpan.FromSeconds(1), time, logger)
{
    private readonly ChangeMark[] _known = new ChangeMark[RatingStream.Partitions];

    // Whose folded-in movies are known.
    private object? _generation;

    /// <inheritdoc/>
    protected override async Task PollAsync(CancellationToken cancellationToken)
    {
        if (models.Current is not { } model)
        {
            return;
        }

        // A model that was loaded again, as by a rollback, has none of them.
        if (!ReferenceEquals(_generation, model.Generation))
        {
            Array.Fill(_known, ChangeMark.Start);
            _generation = model.Generation;
        }

        var movies = new List<VectorsOfMovie>();
        try
        {
            for (var partition = 0; partition < _known.Length; partition++)
            {
                await FollowAsync(partition, model.Version, movies, cancellationToken);
            }
        }
        finally
        {
            if (movies.Count > 0)
            {
                models.AddMovies(model.Version, [.. movies.Select(movie => new FoldedMovie(movie.MovieId, movie.Vectors))]);
            }
        }
    }

    private async Task FollowAsync(
        int partition, long version, List<VectorsOfMovie> movies, CancellationToken cancellationToken)
    {
        FoldedPage page;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            page = await partitions.Get(partition).GetFoldedAsync(version, _known[partition]);
            movies.AddRange(page.Movies);
            _known[partition] = page.Mark;
        }
        while (page.HasMore);
    }
}
