using System.Globalization;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using OnlineCF.Grains;
using OnlineCF.Grains.Movies;
using OnlineCF.Grains.Recommending;
using OnlineCF.Grains.Replicas;
using OnlineCF.Grains.Users;
using OnlineCF.Protocol.V1;
using OnlineCF.Scoring;
using OnlineCF.Server.Errors;
using OnlineCF.Server.Settings;

namespace OnlineCF.Server.Services;

/// <summary>Lists, predictions and neighbours.</summary>
public sealed class RecommendationGrpcService(
    KeyedGrains<IUserGrain> users, RecommendationEngine engine, ShelfMaker shelves, RecommendationWatch watch, ModelReplica models,
    CatalogReplica catalog, PopularityReplica popularity, LimitsOptions limits, StreamLife streams, TimeProvider time)
    : RecommendationService.RecommendationServiceBase
{
    private const int DefaultCount = 10;
    private const int MaxReasons = 100;
    private const int DefaultShelves = 6;
    private const int MaxShelves = 20;
    private const int MaxMoviesPerShelf = 100;

    private readonly RecommendationMapping _mapping = new(catalog);

    /// <inheritdoc/>
    public override async Task<RecommendResponse> Recommend(RecommendRequest request, ServerCallContext context)
    {
        var user = users.Get(Refusals.Id(request.UserId, "user_id"));
        return _mapping.ToProto(await user.RecommendAsync(QueryOf(request), context.CancellationToken));
    }

    /// <inheritdoc/>
    public override async Task WatchRecommendations(
        RecommendRequest request, IServerStreamWriter<RecommendResponse> responseStream, ServerCallContext context)
    {
        var user = users.Get(Refusals.Id(request.UserId, "user_id"));
        using var life = streams.Of(context);
        await watch.SendAsync(
            user, QueryOf(request),
            list => responseStream.WriteAsync(WatchedList.Bounded(_mapping.ToProto(list)), context.CancellationToken),
            life.Token);
    }

    /// <inheritdoc/>
    public override Task<RecommendResponse> RecommendForRatings(
        RecommendForRatingsRequest request, ServerCallContext context)
    {
        var query = new RecommendationQuery(
            Refusals.Count(request.Count, "count", DefaultCount),
            FilterOf(request.Filter), request.IncludeRated, request.Explain, ReasonsOf(request.MaxReasons),
            AsOf(request.AsOf), DiversityOf(request.Diversity));
        var started = time.GetTimestamp();
        var visitor = VisitorOf(request.Ratings, query.AsOfMicros);
        context.CancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(_mapping.ToProto(engine.Recommend(visitor, query, started)));
    }

    /// <inheritdoc/>
    public override async Task<PredictRatingsResponse> PredictRatings(
        PredictRatingsRequest request, ServerCallContext context)
    {
        var user = users.Get(Refusals.Id(request.UserId, "user_id"));
        Refusals.AtMost(request.MovieIds.Count, limits.MaxMovieIds, "movie_ids", nameof(limits.MaxMovieIds));
        if (request.MovieIds.Count == 0)
        {
            throw Refusals.Invalid("movie_ids", "is empty");
        }

        for (var i = 0; i < request.MovieIds.Count; i++)
        {
            Refusals.Id(request.MovieIds[i], $"movie_ids[{i}]");
        }

        var movieIds = request.MovieIds.ToArray();
        var list = await user.PredictAsync(movieIds);
        var response = new PredictRatingsResponse { ModelVersion = list.ModelVersion };
        response.Predictions.AddRange(movieIds.Zip(
            list.PredictedRatings,
            (movieId, rating) => new PredictedRating { MovieId = movieId, PredictedRating_ = rating }));
        return response;
    }

    /// <inheritdoc/>
    public override Task<SimilarMoviesResponse> SimilarMovies(SimilarMoviesRequest request, ServerCallContext context)
    {
        var movieId = Refusals.Id(request.MovieId, "movie_id");
        var count = Refusals.Count(request.Count, "count", DefaultCount);
        var filter = FilterOf(request.Filter);
        var model = models.Current;
        var row = model?.RowOf(movieId) ?? -1;
        var response = new SimilarMoviesResponse { ModelVersion = model?.Version ?? 0 };
        if (row >= 0)
        {
            response.Movies.AddRange(engine.Similar(model!, row, count, filter).Select(similar => new SimilarMovie
            {
                Movie = _mapping.MovieOf(similar.MovieId),
                Similarity = similar.Similarity,
            }));
        }
        else if (catalog.Find(movieId) is null && popularity.Table.Of(movieId).Count == 0)
        {
            throw Refusals.NotFound($"There is no movie {movieId}.");
        }

        return Task.FromResult(response);
    }

    /// <inheritdoc/>
    public override Task<PopularMoviesResponse> PopularMovies(PopularMoviesRequest request, ServerCallContext context)
    {
        var count = Refusals.Count(request.Count, "count", DefaultCount);
        // Of a world that has stood still for long, as of its last days.
        var likes = popularity.Table.Now;
        double asOf = NowMicros();
        var newest = likes.Newest * MovieStatistics.HalfLifeMicros;
        if (likes != LikesNow.None && asOf - newest > 8 * MovieStatistics.HalfLifeMicros)
        {
            asOf = newest;
        }

        var response = new PopularMoviesResponse();
        response.Movies.AddRange(
            engine.Popular(FilterOf(request.Filter), request.Trending).Take(count).Select(movie => new PopularMovie
            {
                Movie = _mapping.MovieOf(movie.MovieId),
                Score = request.Trending ? movie.Statistics.TrendAt(asOf) : movie.Statistics.Liked,
                RatingCount = movie.Statistics.Count,
                MeanRating = movie.Statistics.Mean,
            }));
        return Task.FromResult(response);
    }

    /// <inheritdoc/>
    public override async Task<RecommendShelvesResponse> RecommendShelves(RecommendShelvesRequest request, ServerCallContext context)
    {
        var query = new ShelfQuery(
            Refusals.Count(request.Shelves, "shelves", DefaultShelves, MaxShelves),
            Refusals.Count(request.MoviesPerShelf, "movies_per_shelf", DefaultCount, MaxMoviesPerShelf),
            FilterOf(request.Filter), AsOf(request.AsOf));
        if (request.UserId == 0 && request.Ratings.Count > 0)
        {
            return _mapping.ToProto(shelves.Make(VisitorOf(request.Ratings, query.AsOfMicros), query, context.CancellationToken));
        }

        var user = users.Get(Refusals.Id(request.UserId, "user_id"));
        return request.Ratings.Count == 0
            ? _mapping.ToProto(await user.RecommendShelvesAsync(query, context.CancellationToken))
            : throw Refusals.Invalid("ratings", "are for visitors, whose user_id is 0");
    }

    private Visitor VisitorOf(RepeatedField<Rating> ratings, long? asOfMicros)
    {
        Refusals.AtMost(ratings.Count, limits.MaxVisitorRatings, "ratings", nameof(limits.MaxVisitorRatings));
        var opinions = new SortedDictionary<long, (float Value, long Time)>();
        var dated = ratings.All(rating => rating.RatedAt is not null);
        for (var i = 0; i < ratings.Count; i++)
        {
            var rating = ratings[i];
            if (RatingValidation.FaultOfOpinion(rating, time.GetUtcNow()) is var (field, reason))
            {
                throw Refusals.Invalid($"ratings[{i}].{field}", reason);
            }

            // What stands last in the request is the visitor's latest word.
            opinions[rating.MovieId] = (rating.Value, dated ? RatingValidation.MicrosOf(rating.RatedAt)!.Value : i);
        }

        var rated = new RatedMovies(
            [.. opinions.Keys], [.. opinions.Values.Select(x => x.Value)], [.. opinions.Values.Select(x => x.Time)],
            opinions.Count);
        var heat = dated ? rated.HeatAt(asOfMicros ?? NowMicros()) : SittingHeat.Hottest;
        return Visitor.Of(models.Current, rated, heat);
    }

    private RecommendationQuery QueryOf(RecommendRequest request) => new(
        Refusals.Count(request.Count, "count", DefaultCount),
        FilterOf(request.Filter), request.IncludeRated, request.Explain, ReasonsOf(request.MaxReasons),
        AsOf(request.AsOf), DiversityOf(request.Diversity));

    private static float DiversityOf(float diversity) => diversity is >= 0 and <= 1
        ? diversity
        : throw Refusals.Invalid("diversity", string.Create(CultureInfo.InvariantCulture, $"must be from 0 to 1, was {diversity}"));

    private static long? AsOf(Timestamp? asOf) => RatingValidation.FaultOfTime(asOf) is { } fault
        ? throw Refusals.Invalid("as_of", fault)
        : RatingValidation.MicrosOf(asOf);

    private long NowMicros() => (long)(time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalMicroseconds;

    private static int ReasonsOf(int maxReasons) => maxReasons switch
    {
        0 => RecommendationQuery.DefaultMaxReasons,
        > 0 and <= MaxReasons => maxReasons,
        _ => throw Refusals.Invalid("max_reasons", $"must be from 1 to {MaxReasons}, was {maxReasons}"),
    };

    private MovieFilter FilterOf(RecommendationFilter? filter)
    {
        if (filter is null)
        {
            return MovieFilter.None;
        }

        Refusals.AtMost(filter.ExcludeMovieIds.Count, limits.MaxMovieIds, "filter.exclude_movie_ids", nameof(limits.MaxMovieIds));
        Genres(filter.GenresAny, "filter.genres_any");
        Genres(filter.GenresNone, "filter.genres_none");
        for (var i = 0; i < filter.ExcludeMovieIds.Count; i++)
        {
            Refusals.Id(filter.ExcludeMovieIds[i], $"filter.exclude_movie_ids[{i}]");
        }

        Year(filter.YearFrom, "filter.year_from");
        Year(filter.YearTo, "filter.year_to");
        if (filter.YearFrom != 0 && filter.YearTo != 0 && filter.YearFrom > filter.YearTo)
        {
            throw Refusals.Invalid("filter.year_from", $"{filter.YearFrom} is after filter.year_to {filter.YearTo}");
        }

        return new MovieFilter(
            [.. filter.GenresAny], [.. filter.GenresNone], filter.YearFrom, filter.YearTo, [.. filter.ExcludeMovieIds]);
    }

    private static void Genres(RepeatedField<string> genres, string field)
    {
        if (genres.Count > MovieValidation.MaxGenres)
        {
            throw Refusals.Invalid(field, $"has {genres.Count} entries; at most {MovieValidation.MaxGenres} are taken");
        }

        for (var i = 0; i < genres.Count; i++)
        {
            if (genres[i].Length > MovieValidation.MaxGenre)
            {
                throw Refusals.Invalid(
                    $"{field}[{i}]", $"has {genres[i].Length} characters; at most {MovieValidation.MaxGenre} are taken");
            }
        }
    }

    private static void Year(int year, string field)
    {
        if (year is < 0 or > CatalogGrpcService.MaxYear)
        {
            throw Refusals.Invalid(field, $"must be from 0 to {CatalogGrpcService.MaxYear}, was {year}");
        }
    }
}
