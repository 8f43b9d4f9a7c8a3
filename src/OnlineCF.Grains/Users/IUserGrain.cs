using OnlineCF.Grains.Recommending;
using Orleans.Concurrency;

namespace OnlineCF.Grains.Users;

/// <summary>
/// One user: the only writer of that user's ratings, so that the next request knows the last one.
/// The key is the user_id. Store failures surface as <see cref="Core.StoreUnavailableException"/>.
/// </summary>
[Alias("onlinecf.IUserGrain")]
public interface IUserGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// Takes valid ratings of this user, in order. When it returns, the accepted ones are durable and the
    /// next call on this grain knows them.
    /// </summary>
    [Alias("Rate")]
    public Task<RatingReceipt> RateAsync([Immutable] IncomingRating[] ratings);

    /// <summary>At most <paramref name="limit"/> current ratings with a movie_id above <paramref name="afterMovieId"/>, by movie_id.</summary>
    [Alias("ListRatings")]
    public Task<RatingList> ListRatingsAsync(long afterMovieId, int limit);

    /// <summary>At most <paramref name="limit"/> current ratings behind a place, the newest first; from the start where it is null.</summary>
    [Alias("ListNewestRatings")]
    public Task<RatingList> ListNewestRatingsAsync(NewestPlace? after, int limit);

    /// <summary>The current ratings of these movies, by movie_id.</summary>
    [Alias("ListRatingsOf")]
    public Task<RatingList> ListRatingsOfAsync([Immutable] long[] movieIds);

    /// <summary>Takes the current rating of a movie away.</summary>
    /// <returns>The log's sequence, or null when there is no current rating.</returns>
    [Alias("DeleteRating")]
    public Task<long?> DeleteRatingAsync(long movieId);

    /// <summary>Erases all of the user's ratings from the log.</summary>
    [Alias("Erase"), ResponseTimeout("00:00:30")]
    public Task<ErasureReceipt> EraseAsync();

    /// <summary>Keeps a movie out of the user's lists, or lets it in again; durable when it returns, as a rating is.</summary>
    /// <returns>The rating log's sequence that holds it.</returns>
    [Alias("Dismiss")]
    public Task<long> DismissAsync(long movieId, bool undo);

    /// <summary>The movies that are kept out, by rising id.</summary>
    [Alias("ListDismissed")]
    public Task<long[]> ListDismissedAsync();

    /// <summary>The user's list, from one model version; none is made for a call that was cancelled before its turn came.</summary>
    [Alias("Recommend")]
    public Task<RecommendationList> RecommendAsync(RecommendationQuery query, CancellationToken cancellationToken);

    /// <summary>The user's shelves, from one model version; a call that is cancelled ends before the next shelf.</summary>
    [Alias("RecommendShelves")]
    public Task<ShelfList> RecommendShelvesAsync(ShelfQuery query, CancellationToken cancellationToken);

    /// <summary>Predicted stars for each of the movies, in order, from one model version.</summary>
    [Alias("Predict")]
    public Task<PredictionList> PredictAsync([Immutable] long[] movieIds);

    /// <summary>
    /// The user folded into a model version from all ratings but that of one movie, for that movie's own
    /// fold-in; null where another version serves or no rated movie is known to it.
    /// </summary>
    [Alias("GetVectors")]
    public Task<FoldedUser?> GetVectorsAsync(long version, long exceptMovieId);

    /// <summary>
    /// Returns when what the user's list depends on has changed since <paramref name="known"/> on the silo that makes
    /// the list, after <paramref name="timeout"/>, or when cancelled.
    /// </summary>
    /// <param name="known">What was returned before the list was asked for; default at first.</param>
    /// <param name="popularity">Whether the list depends on what is popular.</param>
    /// <param name="timeout">How long to wait at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What is true now: a list made after the call is of it, or newer.</returns>
    [Alias("WaitForChange"), AlwaysInterleave, ResponseTimeout("00:00:30")]
    public Task<ListMark> WaitForChangeAsync(
        ListMark known, bool popularity, TimeSpan timeout, CancellationToken cancellationToken);
}
