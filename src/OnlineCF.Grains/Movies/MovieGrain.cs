using OnlineCF.Core.Ratings;
using OnlineCF.Grains.Streams;
using Orleans.Placement;

namespace OnlineCF.Grains.Movies;

/// <inheritdoc cref="IMovieGrain"/>
/// <remarks>
/// Its partition is the one that calls it, so that the caller's silo is the place beside it. It comes back without a
/// read, so that it need not stay long.
/// </remarks>
[PreferLocalPlacement]
[CollectionAgeLimit(Minutes = 2)]
public sealed class MovieGrain(KeyedGrains<IRatingPartitionGrain> partitions) : Grain, IMovieGrain
{
    private MovieTally? _tally;

    /// <inheritdoc/>
    public Task<MovieTally> ApplyAsync(MovieTally? known, RatingEntry[] entries)
    {
        // The partition may have begun anew from an older checkpoint, or have counted the movie again.
        var before = _tally is { } mine && (known is null || mine.Sequence > known.Sequence) ? mine : known;
        _tally = (before ?? MovieTally.None).With(entries);
        return Task.FromResult(_tally);
    }

    /// <inheritdoc/>
    public async Task<MovieStatistics> GetStatisticsAsync()
    {
        var movieId = this.GetPrimaryKeyLong();
        _tally ??= await partitions.Get(RatingStream.PartitionOf(movieId)).GetMovieAsync(movieId);
        return (_tally ?? MovieTally.None).Statistics;
    }
}
