using OnlineCF.Core.Ratings;
using OnlineCF.Grains.Users;
using OnlineCF.Scoring;

namespace OnlineCF.Grains.Movies;

/// <summary>
/// Folds in movies that a model was trained without, from their newest ratings: at a bounded cost, however often a
/// movie was rated; and counts a movie's ratings again. Thread-safe; works on threads of the pool, not in a grain's turn.
/// </summary>
public sealed class MovieFolder(IRatingLog log, KeyedGrains<IUserGrain> users)
{
    /// <summary>A movie with fewer ratings is not folded in.</summary>
    public const int MinRatings = 5;

    // The newest entries say enough: the equations have a few hundred unknowns.
    private const int MaxEntries = 1024;

    // Of raters whom the snapshot does not know; each is folded in by its own grain.
    private const int MaxNewcomers = 64;
    private const int NewcomersAtOnce = 8;

    /// <summary>The movie's vectors in the model; null when no rater says anything about it.</summary>
    /// <exception cref="Core.StoreUnavailableException">The log is away.</exception>
    public async Task<MovieVectors?> FoldAsync(ServingModel model, long movieId, CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var raters = CurrentOf(await log.ReadMovieAsync(movieId, MaxEntries, cancellationToken));
        var known = model.Snapshot.Users;
        long[] unknown =
        [
            .. raters.Values.OrderByDescending(entry => entry.Sequence).Select(entry => entry.UserId)
                .Where(userId => known.RowOf(userId) < 0).Take(MaxNewcomers).Order(),
        ];
        var newcomers = await NewcomersAsync(unknown, model.Version, movieId);
        var rows = newcomers.Select((newcomer, n) => (newcomer.UserId, Row: known.Count + n)).ToDictionary();
        RatedRow[] rated =
        [
            .. raters.Values.Select(entry => new RatedRow(
                known.RowOf(entry.UserId) is var row and >= 0 ? row : rows.GetValueOrDefault(entry.UserId, -1),
                entry.Value)),
        ];
        return rated.Any(rater => rater.Row >= 0)
            ? MovieFoldIn.Fold(model, rated, model.UserGramian.Span, [.. newcomers.Select(newcomer => newcomer.Vectors)])
            : null;
    }

    /// <summary>What the movie's ratings in the log add up to.</summary>
    /// <param name="movieId">The movie.</param>
    /// <param name="throughSequence">A sequence that the log has reached.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="Core.StoreUnavailableException">The log is away.</exception>
    public async Task<MovieTally> CountAsync(long movieId, long throughSequence, CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return MovieTally.Of(await log.ReadMovieAsync(movieId, int.MaxValue, cancellationToken), throughSequence);
    }

    // By user_id: the same ratings give the same vectors to the bit.
    private static SortedDictionary<long, RatingEntry> CurrentOf(IReadOnlyList<RatingEntry> entries)
    {
        var current = new SortedDictionary<long, RatingEntry>();
        foreach (var entry in entries)
        {
            if (entry.Kind == RatingEntryKind.Rated)
            {
                current[entry.UserId] = entry;
            }
            else if (entry.Kind == RatingEntryKind.Deleted)
            {
                current.Remove(entry.UserId);
            }
        }

        return current;
    }

    private async Task<List<(long UserId, UserVectors Vectors)>> NewcomersAsync(
        long[] userIds, long version, long exceptMovieId)
    {
        var newcomers = new List<(long, UserVectors)>();
        foreach (var some in userIds.Chunk(NewcomersAtOnce))
        {
            var folded = await Task.WhenAll(
                some.Select(userId => users.Get(userId).GetVectorsAsync(version, exceptMovieId)));
            newcomers.AddRange(some.Zip(folded)
                .Where(pair => pair.Second is not null)
                .Select(pair => (pair.First, VectorsOf(pair.Second!))));
        }

        return newcomers;
    }

    private static UserVectors VectorsOf(FoldedUser user) => new(user.Bias, user.Rating, user.Ranking, user.KnownRatings);
}
