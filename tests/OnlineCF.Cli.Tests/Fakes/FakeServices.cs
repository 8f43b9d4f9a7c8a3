using Grpc.Core;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Tests.Fakes;

internal sealed class FakeRatingService(FakeServerState state) : RatingService.RatingServiceBase
{
    public override async Task StreamRatings(
        IAsyncStreamReader<StreamRatingsRequest> requestStream,
        IServerStreamWriter<StreamRatingsResponse> responseStream,
        ServerCallContext context)
    {
        state.Check(context);
        await foreach (var batch in requestStream.ReadAllAsync(context.CancellationToken))
        {
            await state.BeforeBatch(state.Batches.Count);
            await responseStream.WriteAsync(state.Take(batch), context.CancellationToken);
        }
    }

    public override Task<RateResponse> Rate(RateRequest request, ServerCallContext context)
    {
        state.Check(context);
        state.Requests.Enqueue(request);
        return Task.FromResult(new RateResponse { Result = RatingResult.Accepted, Sequence = 7 });
    }

    public override Task<ListRatingsResponse> ListRatings(ListRatingsRequest request, ServerCallContext context)
    {
        state.Check(context);
        var all = state.Ratings.Values.Where(x => x.UserId == request.UserId).OrderBy(x => x.MovieId).ToList();
        var from = request.PageToken.Length == 0 ? 0 : int.Parse(request.PageToken, System.Globalization.CultureInfo.InvariantCulture);
        var end = Math.Min(all.Count, from + request.PageSize);
        return Task.FromResult(new ListRatingsResponse
        {
            Ratings = { all[from..end] },
            NextPageToken = end == all.Count ? "" : $"{end}",
        });
    }

    public override Task<DeleteRatingResponse> DeleteRating(DeleteRatingRequest request, ServerCallContext context)
    {
        state.Check(context);
        state.Requests.Enqueue(request);
        return Task.FromResult(new DeleteRatingResponse { Sequence = 8 });
    }

    public override Task<EraseUserResponse> EraseUser(EraseUserRequest request, ServerCallContext context)
    {
        state.Check(context);
        state.Requests.Enqueue(request);
        return Task.FromResult(new EraseUserResponse { Ratings = 3, Sequence = 9 });
    }
}

internal sealed class FakeRecommendationService(FakeServerState state) : RecommendationService.RecommendationServiceBase
{
    public override Task<RecommendResponse> Recommend(RecommendRequest request, ServerCallContext context)
    {
        state.Check(context);
        state.Requests.Enqueue(request);
        return Task.FromResult(state.Recommendations);
    }

    public override Task<PredictRatingsResponse> PredictRatings(PredictRatingsRequest request, ServerCallContext context)
    {
        state.Check(context);
        state.Requests.Enqueue(request);
        return Task.FromResult(new PredictRatingsResponse
        {
            Predictions =
            {
                request.MovieIds.Select(x => new PredictedRating { MovieId = x, PredictedRating_ = state.PredictedRating }),
            },
        });
    }

    public override Task<SimilarMoviesResponse> SimilarMovies(SimilarMoviesRequest request, ServerCallContext context)
    {
        state.Check(context);
        state.Requests.Enqueue(request);
        return Task.FromResult(state.Similar);
    }
}

internal sealed class FakeCatalogService(FakeServerState state) : CatalogService.CatalogServiceBase
{
    public override async Task<UpsertMoviesResponse> UpsertMovies(
        IAsyncStreamReader<UpsertMoviesRequest> requestStream, ServerCallContext context)
    {
        state.Check(context);
        var answer = new UpsertMoviesResponse();
        var index = 0L;
        await foreach (var piece in requestStream.ReadAllAsync(context.CancellationToken))
        {
            state.Requests.Enqueue(piece);
            foreach (var movie in piece.Movies)
            {
                if (movie.MovieId <= 0)
                {
                    answer.Rejected.Add(new RejectedMovie { Index = index, Reason = "movie_id must be above 0" });
                }
                else
                {
                    state.Movies.Add(movie);
                    answer.Upserted++;
                }

                index++;
            }
        }

        return answer;
    }

    public override Task<GetMovieResponse> GetMovie(GetMovieRequest request, ServerCallContext context)
    {
        state.Check(context);
        return state.Movies.LastOrDefault(x => x.MovieId == request.MovieId) is { } movie
            ? Task.FromResult(new GetMovieResponse { Movie = movie })
            : throw new RpcException(new Status(StatusCode.NotFound, $"There is no movie {request.MovieId}."));
    }

    public override Task<SearchMoviesResponse> SearchMovies(SearchMoviesRequest request, ServerCallContext context)
    {
        state.Check(context);
        state.Requests.Enqueue(request);
        return Task.FromResult(new SearchMoviesResponse
        {
            Movies = { state.Movies.Where(x => x.Title.Contains(request.Query, StringComparison.OrdinalIgnoreCase)) },
        });
    }
}

internal sealed class FakeTrainingService(FakeServerState state) : TrainingService.TrainingServiceBase
{
    public override Task<StartTrainingResponse> StartTraining(StartTrainingRequest request, ServerCallContext context)
    {
        state.Check(context);
        state.Requests.Enqueue(request);
        return state.Training.State == TrainingState.Running
            ? throw new RpcException(new Status(StatusCode.FailedPrecondition, "a round is running"))
            : Task.FromResult(new StartTrainingResponse { RoundId = state.NextRound });
    }

    public override Task<CancelTrainingResponse> CancelTraining(CancelTrainingRequest request, ServerCallContext context)
    {
        state.Check(context);
        return state.Training.State == TrainingState.Running
            ? Task.FromResult(new CancelTrainingResponse { RoundId = state.NextRound })
            : throw new RpcException(new Status(StatusCode.FailedPrecondition, "no round is running"));
    }

    public override Task<GetTrainingResponse> GetTraining(GetTrainingRequest request, ServerCallContext context)
    {
        state.Check(context);
        var answer = state.Training.Clone();
        answer.Sequence = state.Sequence;
        return Task.FromResult(answer);
    }

    public override async Task WatchTraining(
        WatchTrainingRequest request, IServerStreamWriter<TrainingEvent> responseStream, ServerCallContext context)
    {
        state.Check(context);
        foreach (var training in state.Events)
        {
            if (training.Finished is not null)
            {
                state.RoundEnds();
            }

            await responseStream.WriteAsync(training, context.CancellationToken);
        }
    }

    public override Task<ListModelsResponse> ListModels(ListModelsRequest request, ServerCallContext context)
    {
        state.Check(context);
        return Task.FromResult(state.Models);
    }

    public override Task<RollbackModelResponse> RollbackModel(RollbackModelRequest request, ServerCallContext context)
    {
        state.Check(context);
        return state.Models.Models.Any(x => x.Version == request.Version)
            ? Task.FromResult(new RollbackModelResponse { Version = request.Version })
            : throw new RpcException(new Status(StatusCode.NotFound, $"There is no model version {request.Version}."));
    }
}
