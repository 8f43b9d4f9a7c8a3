using Grpc.Core;
using OnlineCF.Core.Catalogue;
using OnlineCF.Grains.Replicas;
using OnlineCF.Grains.Searching;
using OnlineCF.Protocol.V1;
using OnlineCF.Server.Errors;
using Movie = OnlineCF.Protocol.V1.Movie;

namespace OnlineCF.Server.Services;

/// <summary>Titles in, titles found.</summary>
public sealed class CatalogGrpcService(
    ICatalog catalog, CatalogReplica replica, ReplicaBroadcast broadcast, PopularityReplica popularity, TitleIndex titles)
    : CatalogService.CatalogServiceBase
{
    /// <summary>The latest year a movie may be of.</summary>
    public const int MaxYear = 3000;

    private const int DefaultCount = 10;
    private const int MoviesPerCommit = 4096;
    private const int MaxRejectedListed = 1000;

    /// <inheritdoc/>
    public override async Task<UpsertMoviesResponse> UpsertMovies(
        IAsyncStreamReader<UpsertMoviesRequest> requestStream, ServerCallContext context)
    {
        var response = new UpsertMoviesResponse();
        var pending = new List<MovieUpdate>();
        long index = 0;
        await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken))
        {
            index = Take(request, index, pending, response);
            if (pending.Count >= MoviesPerCommit)
            {
                await CommitAsync(pending, response, context.CancellationToken);
            }
        }

        return await EndAsync(pending, response, context.CancellationToken);
    }

    /// <inheritdoc/>
    public override Task<UpsertMoviesResponse> UpsertMovieBatch(UpsertMoviesRequest request, ServerCallContext context)
    {
        var response = new UpsertMoviesResponse();
        var pending = new List<MovieUpdate>();
        Take(request, 0, pending, response);
        return EndAsync(pending, response, context.CancellationToken);
    }

    /// <returns>The place in the stream of the movie after these.</returns>
    private static long Take(
        UpsertMoviesRequest request, long index, List<MovieUpdate> pending, UpsertMoviesResponse response)
    {
        var fields = MovieFieldMask.FieldsOf(request.UpdateMask);
        foreach (var movie in request.Movies)
        {
            if (MovieValidation.FaultOf(movie) is { } fault)
            {
                Reject(response, index, fault);
            }
            else
            {
                pending.Add(new MovieUpdate(FromProto(movie), fields));
            }

            index++;
        }

        return index;
    }

    private async Task<UpsertMoviesResponse> EndAsync(
        List<MovieUpdate> pending, UpsertMoviesResponse response, CancellationToken cancellationToken)
    {
        await CommitAsync(pending, response, cancellationToken);
        await broadcast.RefreshCatalogueAsync(cancellationToken);
        return response;
    }

    /// <inheritdoc/>
    public override Task<GetMovieResponse> GetMovie(GetMovieRequest request, ServerCallContext context)
    {
        var movieId = Refusals.Id(request.MovieId, "movie_id");
        var movie = replica.Find(movieId);
        var statistics = popularity.Table.Of(movieId);
        if (movie is null && statistics.Count == 0)
        {
            throw Refusals.NotFound($"There is no movie {movieId}.");
        }

        return Task.FromResult(new GetMovieResponse
        {
            Movie = ToProto(movie ?? replica.Get(movieId)),
            RatingCount = statistics.Count,
            MeanRating = statistics.Mean,
        });
    }

    /// <inheritdoc/>
    public override Task<SearchMoviesResponse> SearchMovies(SearchMoviesRequest request, ServerCallContext context)
    {
        if (string.IsNullOrWhiteSpace(request.Query))
        {
            throw Refusals.Invalid("query", "is empty");
        }

        if (SearchLimits.FaultOf(request.Query) is { } fault)
        {
            throw Refusals.Invalid("query", fault);
        }

        var count = Refusals.Count(request.Count, "count", DefaultCount);
        var response = new SearchMoviesResponse();
        foreach (var movie in titles.Search(request.Query, count))
        {
            var statistics = popularity.Table.Of(movie.MovieId);
            response.Movies.Add(ToProto(movie));
            response.Statistics.Add(new RatingSummary { RatingCount = statistics.Count, MeanRating = statistics.Mean });
        }

        return Task.FromResult(response);
    }

    /// <summary>A movie as it goes out.</summary>
    internal static Movie ToProto(Core.Catalogue.Movie movie)
    {
        var proto = new Movie { MovieId = movie.MovieId, Title = movie.Title, Year = movie.Year, Hidden = movie.Hidden };
        proto.Genres.AddRange(movie.Genres);
        return proto;
    }

    private static Core.Catalogue.Movie FromProto(Movie movie) =>
        new(movie.MovieId, movie.Title.Trim(), movie.Year, [.. movie.Genres], movie.Hidden);

    private static void Reject(UpsertMoviesResponse response, long index, string reason)
    {
        if (response.Rejected.Count < MaxRejectedListed)
        {
            response.Rejected.Add(new RejectedMovie { Index = index, Reason = reason });
        }
    }

    private async Task CommitAsync(
        List<MovieUpdate> pending, UpsertMoviesResponse response, CancellationToken cancellationToken)
    {
        if (pending.Count > 0)
        {
            await catalog.UpsertAsync(pending, cancellationToken);
            response.Upserted += pending.Count;
            pending.Clear();
        }
    }
}
