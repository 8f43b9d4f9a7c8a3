using OnlineCF.Core.Ratings;
using OnlineCF.Grains.Recommending;
using OnlineCF.Grains.Replicas;
using OnlineCF.Grains.Telemetry;

namespace OnlineCF.Grains.Users;

/// <inheritdoc cref="IUserGrain"/>
public sealed class UserGrain(
    IRatingLog log, ModelReplica models, RecommendationEngine engine, PrequentialMeter prequential,
    OnlineCFInstruments instruments, TimeProvider time)
    : Grain, IUserGrain
{
    private readonly ChangeSignal _changed = new();
    private UserHistory? _history;
    private UserTaste? _taste;
    private RatedMovies? _rated;
    private long _change;

    private long UserId => this.GetPrimaryKeyLong();

    /// <inheritdoc/>
    public async Task<RatingReceipt> RateAsync(IncomingRating[] ratings)
    {
        var history = await GetHistoryAsync();
        prequential.Observe(() => VisitorOf(history), engine, ratings);

        var nowMicros = NowMicros();
        var results = new RatingResult[ratings.Length];
        var changes = new List<RatingChange>(ratings.Length);
        for (var i = 0; i < ratings.Length; i++)
        {
            results[i] = history.Apply(ratings[i], nowMicros, out var rating);
            if (results[i] == RatingResult.Accepted)
            {
                changes.Add(RatingChange.Rated(
                    new Rating(UserId, ratings[i].MovieId, rating.Value, rating.RatedAtMicros)));
            }
        }

        var sequence = changes.Count == 0 ? log.LastSequence : await AppendAsync([.. changes]);
        instruments.OnRatingsReceived(results);
        return new RatingReceipt(results, sequence);
    }

    /// <inheritdoc/>
    public async Task<RatingList> ListRatingsAsync(long afterMovieId, int limit)
    {
        var history = await GetHistoryAsync();
        var page = history.Page(UserId, afterMovieId, limit);
        return new RatingList(page, page.Length > 0 && page[^1].MovieId != history.MovieIds[^1]);
    }

    /// <inheritdoc/>
    public async Task<long?> DeleteRatingAsync(long movieId)
    {
        var history = await GetHistoryAsync();
        return history.Remove(movieId) ? await AppendAsync([RatingChange.Deleted(UserId, movieId)]) : null;
    }

    /// <inheritdoc/>
    public async Task<ErasureReceipt> EraseAsync()
    {
        var history = await GetHistoryAsync();
        var count = history.Count;
        _history = null;
        var sequence = await log.EraseUserAsync(UserId, CancellationToken.None);
        OnChanged();
        return new ErasureReceipt(count, sequence);
    }

    /// <inheritdoc/>
    public async Task<RecommendationList> RecommendAsync(RecommendationQuery query)
    {
        var started = time.GetTimestamp();
        return engine.Recommend(VisitorOf(await GetHistoryAsync()), query, started);
    }

    /// <inheritdoc/>
    public async Task<PredictionList> PredictAsync(long[] movieIds) =>
        engine.Predict(VisitorOf(await GetHistoryAsync()), movieIds);

    /// <inheritdoc/>
    public async Task<FoldedUser?> GetVectorsAsync(long version, long exceptMovieId)
    {
        var visitor = VisitorOf(await GetHistoryAsync());
        return visitor.Model?.Version == version && visitor.Without(exceptMovieId) is { KnownRatings: > 0 } vectors
            ? new FoldedUser(vectors.Bias, vectors.Rating, vectors.Ranking, vectors.KnownRatings)
            : null;
    }

    /// <inheritdoc/>
    public async Task<long> WaitForChangeAsync(long knownChange, TimeSpan timeout)
    {
        if (_change == knownChange)
        {
            using var expiry = new CancellationTokenSource(timeout, time);
            await _changed.Next.WaitAsync(expiry.Token).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        return _change;
    }

    // What is in memory may only stay if it is in the log: after a failure the log says what is true.
    private async Task<long> AppendAsync(RatingChange[] changes)
    {
        using var span = OnlineCFTraces.Source.StartActivity(OnlineCFTraces.Append);
        span?.SetTag("onlinecf.ratings", changes.Length);
        try
        {
            var sequence = await log.AppendAsync(changes, CancellationToken.None);
            OnChanged();
            return sequence;
        }
        catch
        {
            _history = null;
            OnChanged();
            throw;
        }
    }

    private void OnChanged()
    {
        _taste = null;
        _rated = null;
        _change++;
        _changed.Raise();
    }

    private async ValueTask<UserHistory> GetHistoryAsync() =>
        _history ??= UserHistory.Replay(await log.ReadUserAsync(UserId, CancellationToken.None));

    private Visitor VisitorOf(UserHistory history)
    {
        _rated ??= RatedOf(history);
        var visitor = Visitor.Of(models.Current, _rated.Value, _taste);
        _taste = visitor.Taste;
        return visitor;
    }

    private static RatedMovies RatedOf(UserHistory history)
    {
        var movieIds = history.MovieIds.ToArray();
        return new RatedMovies(
            movieIds, [.. movieIds.Select(history.ValueOf)], [.. movieIds.Select(history.RatedAtOf)], movieIds.Length);
    }

    private long NowMicros() => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
