using OnlineCF.Core.Ratings;
using OnlineCF.Grains.Replicas;
using OnlineCF.Grains.Users;
using OnlineCF.Scoring;

namespace OnlineCF.Grains.Movies;

/// <inheritdoc cref="IMovieGrain"/>
public sealed class MovieGrain(IRatingLog log, ModelReplica models, ReplicaBroadcast broadcast) : Grain, IMovieGrain
{
    /// <summary>A movie with fewer ratings is not folded in.</summary>
    public const int FoldInMinRatings = 5;

    // A movie that many newcomers rate is solved from its snapshot's users and so many of them.
    private const int MaxNewcomers = 64;

    // Once folded in, a movie is folded in again when a tenth of its ratings is news.
    private const int RefoldShare = 10;

    private readonly MovieHistory _history = new();
    private int _changes;
    private long _foldedVersion;

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        foreach (var entry in await log.ReadMovieAsync(this.GetPrimaryKeyLong(), cancellationToken))
        {
            _history.Apply(entry);
        }
    }

    /// <inheritdoc/>
    public async Task<MovieStatistics> ApplyAsync(RatingEntry[] entries)
    {
        foreach (var entry in entries)
        {
            _history.Apply(entry);
        }

        _changes += entries.Length;
        if (_foldedVersion != models.Current?.Version || _changes * RefoldShare >= _history.Statistics.Count)
        {
            await FoldInAsync();
        }

        return _history.Statistics;
    }

    /// <inheritdoc/>
    public Task<MovieStatistics> GetStatisticsAsync() => Task.FromResult(_history.Statistics);

    /// <inheritdoc/>
    public async Task FoldInAsync()
    {
        var movieId = this.GetPrimaryKeyLong();
        if (models.Current is not { } model
            || _history.Statistics.Count < FoldInMinRatings
            || model.Snapshot.Movies.RowOf(movieId) >= 0)
        {
            return;
        }

        var newcomers = await NewcomersAsync(model);
        var users = model.Snapshot.Users;
        var rows = newcomers.Keys.Select((userId, n) => (userId, users.Count + n)).ToDictionary();
        RatedRow[] raters =
        [
            .. _history.Raters.Select(rater => new RatedRow(
                users.RowOf(rater.UserId) is var row and >= 0 ? row : rows.GetValueOrDefault(rater.UserId, -1), rater.Value)),
        ];
        if (raters.Any(rater => rater.Row >= 0))
        {
            var vectors = MovieFoldIn.Fold(model, raters, model.UserGramian.Span, [.. newcomers.Values]);
            (_foldedVersion, _changes) = (model.Version, 0);
            await broadcast.AddMovieAsync(model.Version, movieId, vectors);
        }
    }

    // Raters whom the snapshot does not know, as they are folded in now, by user_id.
    private async Task<SortedDictionary<long, UserVectors>> NewcomersAsync(ServingModel model)
    {
        long[] unknown =
        [
            .. _history.Raters.Select(rater => rater.UserId)
                .Where(userId => model.Snapshot.Users.RowOf(userId) < 0).Take(MaxNewcomers),
        ];
        var movieId = this.GetPrimaryKeyLong();
        var folded = await Task.WhenAll(
            unknown.Select(userId => GrainFactory.GetGrain<IUserGrain>(userId).GetVectorsAsync(model.Version, movieId)));
        var newcomers = new SortedDictionary<long, UserVectors>();
        foreach (var (userId, user) in unknown.Zip(folded))
        {
            if (user is not null)
            {
                newcomers.Add(userId, new UserVectors(user.Bias, user.Rating, user.Ranking, user.KnownRatings));
            }
        }

        return newcomers;
    }
}
