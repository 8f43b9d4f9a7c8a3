using OnlineCF.Core.Ratings;
using OnlineCF.Grains.Replicas;
using OnlineCF.Scoring;

namespace OnlineCF.Grains.Movies;

/// <inheritdoc cref="IMovieGrain"/>
public sealed class MovieGrain(IRatingLog log, ModelReplica models, ReplicaBroadcast broadcast) : Grain, IMovieGrain
{
    /// <summary>A movie with fewer ratings is not folded in.</summary>
    public const int FoldInMinRatings = 5;

    private readonly MovieHistory _history = new();

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

        await FoldInAsync();
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

        var users = model.Snapshot.Users;
        RatedRow[] raters =
        [
            .. _history.Raters
                .Select(rater => new RatedRow(users.RowOf(rater.UserId), rater.Value))
                .Where(rater => rater.Row >= 0),
        ];
        if (raters.Length > 0)
        {
            var vectors = MovieFoldIn.Fold(model, raters, model.UserGramian.Span);
            await broadcast.AddMovieAsync(model.Version, movieId, vectors);
        }
    }
}
