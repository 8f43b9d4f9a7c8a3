using OnlineCF.Core.Ratings;
using Orleans.Concurrency;

namespace OnlineCF.Grains.Movies;

/// <summary>One movie's current ratings; the key is the movie_id. Rebuilt from the log when activated.</summary>
[Alias("onlinecf.IMovieGrain")]
public interface IMovieGrain : IGrainWithIntegerKey
{
    /// <summary>Applies log entries of this movie; those already applied have no effect.</summary>
    /// <returns>The statistics with all of them in.</returns>
    [Alias("Apply")]
    public Task<MovieStatistics> ApplyAsync([Immutable] RatingEntry[] entries);

    /// <summary>The statistics as far as the stream has come.</summary>
    [Alias("GetStatistics")]
    public Task<MovieStatistics> GetStatisticsAsync();

    /// <summary>Gives the movie factors in the serving model when that model was trained without it.</summary>
    [Alias("FoldIn")]
    public Task FoldInAsync();
}
