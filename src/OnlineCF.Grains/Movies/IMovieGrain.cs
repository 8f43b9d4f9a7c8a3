using OnlineCF.Core.Ratings;
using Orleans.Concurrency;

namespace OnlineCF.Grains.Movies;

/// <summary>
/// One movie's numbers; the key is the movie_id. Keeps nothing per rating: its state is a row of its partition, which
/// hands it over with the movie's share of a batch and saves what comes back.
/// </summary>
[Alias("onlinecf.IMovieGrain")]
public interface IMovieGrain : IGrainWithIntegerKey
{
    /// <summary>Applies log entries of this movie, in order; those already applied have no effect.</summary>
    /// <param name="known">The movie's row, or null when the partition has none.</param>
    /// <param name="entries">All entries of the movie since that row.</param>
    /// <returns>The row with all of them in.</returns>
    [Alias("Apply")]
    public Task<MovieTally> ApplyAsync(MovieTally? known, [Immutable] RatingEntry[] entries);

    /// <summary>The statistics as far as the stream has come.</summary>
    [Alias("GetStatistics")]
    public Task<MovieStatistics> GetStatisticsAsync();
}
