using System.Globalization;
using System.Threading.Channels;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using OnlineCF.Grains;
using OnlineCF.Grains.Replicas;
using OnlineCF.Grains.Users;
using OnlineCF.Protocol.V1;
using OnlineCF.Server.Errors;

namespace OnlineCF.Server.Services;

/// <summary>Ratings in, ratings listed, ratings taken away.</summary>
public sealed class RatingGrpcService(
    RatingIngest ingest, KeyedGrains<IUserGrain> users, StreamLife streams, CatalogReplica catalogue) : RatingService.RatingServiceBase
{
    private const int DefaultPageSize = 100;
    private const int BatchesUnderWay = 4;

    /// <inheritdoc/>
    public override async Task StreamRatings(
        IAsyncStreamReader<StreamRatingsRequest> requestStream,
        IServerStreamWriter<StreamRatingsResponse> responseStream,
        ServerCallContext context)
    {
        using var life = streams.Of(context);
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(life.Token);
        var underWay = new UsersUnderWay();
        var answers = Channel.CreateBounded<Task<StreamRatingsResponse>>(BatchesUnderWay);
        await Task.WhenAll(ReadAsync(), AnswerAsync());

        // A batch is read while those before it are on their way to the disk; when so many are, the client waits.
        async Task ReadAsync()
        {
            Exception? fault = null;
            try
            {
                await foreach (var batch in requestStream.ReadAllAsync(reading.Token))
                {
                    await answers.Writer.WriteAsync(await ingest.StartAsync(batch, underWay), reading.Token);
                }
            }
            catch (Exception exception)
            {
                fault = exception;
            }

            answers.Writer.Complete(fault);
        }

        async Task AnswerAsync()
        {
            try
            {
                await foreach (var answer in answers.Reader.ReadAllAsync(CancellationToken.None))
                {
                    await responseStream.WriteAsync(await answer, context.CancellationToken);
                }
            }
            catch
            {
                await reading.CancelAsync();
                throw;
            }
        }
    }

    /// <inheritdoc/>
    public override async Task<RateResponse> Rate(RateRequest request, ServerCallContext context)
    {
        if (request.Rating is null)
        {
            throw Refusals.Invalid("rating", "is missing");
        }

        var receipt = await ingest.TakeAsync(request.Rating);
        return new RateResponse
        {
            Result = receipt.Results[0] switch
            {
                Grains.Users.RatingResult.Accepted => Protocol.V1.RatingResult.Accepted,
                Grains.Users.RatingResult.Duplicate => Protocol.V1.RatingResult.Duplicate,
                _ => Protocol.V1.RatingResult.Stale,
            },
            Sequence = receipt.Sequence,
        };
    }

    /// <inheritdoc/>
    public override async Task<StreamRatingsResponse> RateBatch(RateBatchRequest request, ServerCallContext context) =>
        await await ingest.StartAsync(new StreamRatingsRequest { Ratings = { request.Ratings } }, new UsersUnderWay());

    /// <inheritdoc/>
    public override async Task<ListRatingsResponse> ListRatings(ListRatingsRequest request, ServerCallContext context)
    {
        var user = UserOf(request.UserId);
        var pageSize = Refusals.Count(request.PageSize, "page_size", DefaultPageSize);
        var newestFirst = request.Order switch
        {
            RatingOrder.ByMovie => false,
            RatingOrder.NewestFirst => true,
            _ => throw Refusals.Invalid("order", "must be BY_MOVIE or NEWEST_FIRST"),
        };
        var page = request.MovieIds.Count > 0 ? await user.ListRatingsOfAsync(MovieIdsOf(request))
            : newestFirst ? await user.ListNewestRatingsAsync(PageTokens.NewestOf(request.PageToken), pageSize)
            : await user.ListRatingsAsync(PageTokens.MovieOf(request.PageToken), pageSize);
        var response = new ListRatingsResponse { TotalRatings = page.Total };
        response.Ratings.AddRange(page.Ratings.Select(ToProto));
        if (page.HasMore)
        {
            response.NextPageToken = newestFirst ? PageTokens.After(page.Ratings[^1]) : PageTokens.AfterMovie(page.Ratings[^1].MovieId);
        }

        if (request.WithMovies)
        {
            response.Movies.AddRange(page.Ratings.Select(rating => CatalogGrpcService.ToProto(catalogue.Get(rating.MovieId))));
        }

        return response;
    }

    /// <inheritdoc/>
    public override async Task<DeleteRatingResponse> DeleteRating(DeleteRatingRequest request, ServerCallContext context)
    {
        var user = UserOf(request.UserId);
        var movieId = Refusals.Id(request.MovieId, "movie_id");
        var sequence = await user.DeleteRatingAsync(movieId)
            ?? throw Refusals.NotFound($"User {request.UserId} has no rating of movie {movieId}.");
        return new DeleteRatingResponse { Sequence = sequence };
    }

    /// <inheritdoc/>
    public override async Task<DismissMovieResponse> DismissMovie(DismissMovieRequest request, ServerCallContext context) =>
        new() { Sequence = await UserOf(request.UserId).DismissAsync(Refusals.Id(request.MovieId, "movie_id"), undo: false) };

    /// <inheritdoc/>
    public override async Task<UndismissMovieResponse> UndismissMovie(UndismissMovieRequest request, ServerCallContext context) =>
        new() { Sequence = await UserOf(request.UserId).DismissAsync(Refusals.Id(request.MovieId, "movie_id"), undo: true) };

    /// <inheritdoc/>
    public override async Task<ExportUserResponse> ExportUser(ExportUserRequest request, ServerCallContext context)
    {
        var user = UserOf(request.UserId);
        var response = new ExportUserResponse { UserId = request.UserId };
        RatingList page;
        for (var after = 0L; ; after = page.Ratings[^1].MovieId)
        {
            page = await user.ListRatingsAsync(after, Refusals.MaxCount);
            response.Ratings.AddRange(page.Ratings.Select(ToProto));
            if (!page.HasMore)
            {
                break;
            }
        }

        response.DismissedMovieIds.AddRange(await user.ListDismissedAsync());
        return response;
    }

    /// <inheritdoc/>
    public override async Task<EraseUserResponse> EraseUser(EraseUserRequest request, ServerCallContext context)
    {
        var receipt = await UserOf(request.UserId).EraseAsync();
        return new EraseUserResponse { Ratings = receipt.Ratings, Sequence = receipt.Sequence };
    }

    private IUserGrain UserOf(long userId) => users.Get(Refusals.Id(userId, "user_id"));

    private static long[] MovieIdsOf(ListRatingsRequest request)
    {
        if (request.MovieIds.Count > Refusals.MaxCount)
        {
            throw Refusals.Invalid("movie_ids", $"must be at most {Refusals.MaxCount}, were {request.MovieIds.Count}");
        }

        if (request.PageToken.Length > 0)
        {
            throw Refusals.Invalid("page_token", "goes with no movie_ids, which are one page");
        }

        for (var i = 0; i < request.MovieIds.Count; i++)
        {
            Refusals.Id(request.MovieIds[i], $"movie_ids[{i}]");
        }

        return [.. request.MovieIds];
    }

    private static Rating ToProto(Core.Ratings.Rating rating)
    {
        var seconds = Math.DivRem(rating.RatedAtMicros, 1_000_000, out var micros);
        if (micros < 0)
        {
            (seconds, micros) = (seconds - 1, micros + 1_000_000);
        }

        return new Rating
        {
            UserId = rating.UserId,
            MovieId = rating.MovieId,
            Value = rating.Value,
            RatedAt = new Timestamp { Seconds = seconds, Nanos = (int)micros * 1000 },
        };
    }
}
