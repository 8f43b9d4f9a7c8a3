using System.Diagnostics;
using System.Runtime.ExceptionServices;
using OnlineCF.Core;
using OnlineCF.Core.Ratings;
using OnlineCF.Grains.Recommending;
using OnlineCF.Grains.Replicas;
using OnlineCF.Grains.Telemetry;

namespace OnlineCF.Grains.Users;

/// <inheritdoc cref="IUserGrain"/>
public sealed class UserGrain(
    IRatingLog log, ModelReplica models, CatalogReplica catalog, PopularityReplica popular,
    RecommendationEngine engine, ShelfMaker shelves, PrequentialMeter prequential, OnlineCFInstruments instruments, TimeProvider time)
    : Grain, IUserGrain
{
    private readonly ChangeSignal _changed = new();
    private UserHistory? _history;
    private UserTaste? _taste;

    private long UserId => this.GetPrimaryKeyLong();

    /// <inheritdoc/>
    /// <remarks>Other silos may send users here before this one has had a look at what is popular.</remarks>
    public override Task OnActivateAsync(CancellationToken cancellationToken) => popular.FirstLook.WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<RatingReceipt> RateAsync(IncomingRating[] ratings)
    {
        var results = new RatingResult[ratings.Length];
        for (var attempt = 1; ; attempt++)
        {
            var history = _history ?? await ReadHistoryAsync();
            var changes = history.Decide(UserId, ratings, NowMicros(), results);
            using var span = StartAppend(changes.Length);
            try
            {
                var append = changes.Length == 0
                    ? new ValueTask<long>(history.Sequence)
                    : log.AppendAsync(history.Sequence, changes, CancellationToken.None);

                // What the model would have said is worked out while the disk works.
                if (prequential.HasBudget && models.Current is not null)
                {
                    var visitor = VisitorOf(history, history.Rated.HeatAt(ratings[0].RatedAtMicros ?? NowMicros()));
                    prequential.Observe(visitor, engine, ratings);
                }

                var sequence = await append;
                OnAppended(history, changes, sequence);
                instruments.OnRatingsReceived(results);
                return new RatingReceipt(results, sequence);
            }
            catch (Exception exception)
            {
                OnAppendFailed(exception, attempt);
            }
        }
    }

    /// <inheritdoc/>
    public async Task<RatingList> ListRatingsAsync(long afterMovieId, int limit)
    {
        var history = await GetHistoryAsync();
        var page = history.Page(UserId, afterMovieId, limit);
        return new RatingList(page, page.Length > 0 && page[^1].MovieId != history.MovieIds[^1], history.Count);
    }

    /// <inheritdoc/>
    public async Task<RatingList> ListNewestRatingsAsync(NewestPlace? after, int limit)
    {
        var history = await GetHistoryAsync();
        var page = history.NewestPage(UserId, after, limit + 1);
        return new RatingList(page.Length > limit ? page[..limit] : page, page.Length > limit, history.Count);
    }

    /// <inheritdoc/>
    public async Task<RatingList> ListRatingsOfAsync(long[] movieIds)
    {
        var history = await GetHistoryAsync();
        return new RatingList(history.Of(UserId, movieIds), HasMore: false, history.Count);
    }

    /// <inheritdoc/>
    public async Task<long?> DeleteRatingAsync(long movieId)
    {
        for (var attempt = 1; ; attempt++)
        {
            var history = await GetHistoryAsync();
            if (history.DecideDeletion(UserId, movieId) is not { } deletion)
            {
                return null;
            }

            using var span = StartAppend(changes: 1);
            try
            {
                var sequence = await log.AppendAsync(history.Sequence, (RatingChange[])[deletion], CancellationToken.None);
                OnAppended(history, [deletion], sequence);
                return sequence;
            }
            catch (Exception exception)
            {
                OnAppendFailed(exception, attempt);
            }
        }
    }

    /// <inheritdoc/>
    public async Task<long> DismissAsync(long movieId, bool undo)
    {
        for (var attempt = 1; ; attempt++)
        {
            var history = await GetHistoryAsync();
            if (history.DecideDismissal(UserId, movieId, undo) is not { } dismissal)
            {
                return history.Sequence;
            }

            using var span = StartAppend(changes: 1);
            try
            {
                var sequence = await log.AppendAsync(history.Sequence, (RatingChange[])[dismissal], CancellationToken.None);
                OnAppended(history, [dismissal], sequence);
                return sequence;
            }
            catch (Exception exception)
            {
                OnAppendFailed(exception, attempt);
            }
        }
    }

    /// <inheritdoc/>
    public async Task<long[]> ListDismissedAsync() => [.. (await GetHistoryAsync()).Dismissed];

    /// <inheritdoc/>
    public async Task<ErasureReceipt> EraseAsync()
    {
        var count = (await GetHistoryAsync()).Count;
        try
        {
            return new ErasureReceipt(count, await log.EraseUserAsync(UserId, CancellationToken.None));
        }
        finally
        {
            // It may have come as far as the log whatever became of the call: nothing of it may be in memory.
            Forget();
        }
    }

    /// <inheritdoc/>
    public async Task<RecommendationList> RecommendAsync(RecommendationQuery query, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var history = await GetHistoryAsync();
        cancellationToken.ThrowIfCancellationRequested();
        var heat = history.Rated.HeatAt(query.AsOfMicros ?? NowMicros());
        return engine.Recommend(VisitorOf(history, heat), query, started);
    }

    /// <inheritdoc/>
    public async Task<ShelfList> RecommendShelvesAsync(ShelfQuery query, CancellationToken cancellationToken)
    {
        var history = await GetHistoryAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return shelves.Make(VisitorOf(history, history.Rated.HeatAt(query.AsOfMicros ?? NowMicros())), query, cancellationToken);
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
    public async Task<ListMark> WaitForChangeAsync(
        ListMark known, bool popularity, TimeSpan timeout, CancellationToken cancellationToken)
    {
        // The signals first: what changes after the mark was read completes one of them.
        var change = NextChange(popularity);
        if (Mark(popularity) == known)
        {
            using var expiry = new CancellationTokenSource(timeout, time);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken);
            await ((Task)change).WaitAsync(end.Token).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        return Mark(popularity);
    }

    private Task<Task> NextChange(bool popularity) => popularity
        ? Task.WhenAny(_changed.Next, models.Changed, catalog.Changed, popular.Changed)
        : Task.WhenAny(_changed.Next, models.Changed, catalog.Changed);

    private ListMark Mark(bool popularity) =>
        new(_changed.Number, models.ChangeNumber, catalog.Version, popularity ? popular.ChangeNumber : 0);

    private static Activity? StartAppend(int changes)
    {
        var span = changes == 0 ? null : OnlineCFTraces.Source.StartActivity(OnlineCFTraces.Append);
        return span?.SetTag("onlinecf.ratings", changes);
    }

    private void OnAppended(UserHistory history, ReadOnlySpan<RatingChange> changes, long sequence)
    {
        if (changes.Length > 0)
        {
            history.Apply(changes, sequence);
            OnChanged();
        }
    }

    // What is in memory may only stay if it is in the log: after a failure the log says what is true. Returns where
    // another activation of this user had written first: what to append is then decided anew, once.
    private void OnAppendFailed(Exception exception, int attempt)
    {
        Forget();
        if (exception is not ConcurrentWriterException)
        {
            ExceptionDispatchInfo.Throw(exception);
        }

        if (attempt > 1)
        {
            // Of two activations that take turns, this one ends.
            DeactivateOnIdle();
            throw new StoreUnavailableException("The user's ratings are being written elsewhere.", exception);
        }
    }

    private void Forget()
    {
        _history = null;
        OnChanged();
    }

    private void OnChanged()
    {
        _taste = null;
        _changed.Raise();
    }

    private ValueTask<UserHistory> GetHistoryAsync() => _history is { } history ? new(history) : ReadHistoryAsync();

    private async ValueTask<UserHistory> ReadHistoryAsync() =>
        _history ??= UserHistory.Replay(await log.ReadUserAsync(UserId, CancellationToken.None));

    // What is said of stars is of no heat: it takes the taste as it is.
    private Visitor VisitorOf(UserHistory history) => VisitorOf(history, _taste?.Heat ?? 0);

    private Visitor VisitorOf(UserHistory history, float heat)
    {
        var visitor = Visitor.Of(models.Current, history.Rated, heat, _taste);
        _taste = visitor.Taste;
        return visitor with { Dismissed = history.Dismissed };
    }

    private long NowMicros() => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
