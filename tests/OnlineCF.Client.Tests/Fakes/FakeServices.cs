using System.Collections.Concurrent;
using Grpc.Core;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Client.Tests.Fakes;

internal sealed class FakeRatings(FakeSilo silo) : RatingService.RatingServiceBase
{
    public override async Task StreamRatings(
        IAsyncStreamReader<StreamRatingsRequest> requestStream, IServerStreamWriter<StreamRatingsResponse> responseStream, ServerCallContext context)
    {
        await silo.OnCallAsync(context);
        var batches = new ConcurrentQueue<StreamRatingsRequest>();
        silo.Streams.Enqueue(batches);
        var number = 0;
        await foreach (var batch in requestStream.ReadAllAsync(context.CancellationToken))
        {
            batches.Enqueue(batch);
            await silo.BeforeAnswer(++number, context);
            await responseStream.WriteAsync(AnswerOf(batch), context.CancellationToken);
        }
    }

    public override async Task<RateResponse> Rate(RateRequest request, ServerCallContext context)
    {
        await silo.OnCallAsync(context);
        return new RateResponse { Result = RatingResult.Accepted };
    }

    public override async Task<DeleteRatingResponse> DeleteRating(DeleteRatingRequest request, ServerCallContext context)
    {
        await silo.OnCallAsync(context);
        return new DeleteRatingResponse();
    }

    public override async Task<EraseUserResponse> EraseUser(EraseUserRequest request, ServerCallContext context)
    {
        await silo.OnCallAsync(context);
        return new EraseUserResponse();
    }

    // Value 2 was there already, value 3 is too old, value 9 is no rating.
    private static StreamRatingsResponse AnswerOf(StreamRatingsRequest batch)
    {
        var answer = new StreamRatingsResponse { BatchId = batch.BatchId, Sequence = long.Parse(batch.BatchId, null) * 10 };
        for (var i = 0; i < batch.Ratings.Count; i++)
        {
            switch (batch.Ratings[i].Value)
            {
                case 2:
                    answer.Duplicate++;
                    break;
                case 3:
                    answer.Stale++;
                    break;
                case 9:
                    answer.Rejected.Add(new RejectedRating { Index = i, Reason = "value must be from 0.5 to 5" });
                    break;
                default:
                    answer.Accepted++;
                    break;
            }
        }

        return answer;
    }
}

internal sealed class FakeRecommendations(FakeSilo silo) : RecommendationService.RecommendationServiceBase
{
    public override async Task<RecommendResponse> Recommend(RecommendRequest request, ServerCallContext context)
    {
        await silo.OnCallAsync(context);
        return new RecommendResponse { ModelVersion = 7 };
    }

    public override async Task WatchRecommendations(
        RecommendRequest request, IServerStreamWriter<RecommendResponse> responseStream, ServerCallContext context)
    {
        await silo.OnCallAsync(context);
        await responseStream.WriteAsync(new RecommendResponse { ModelVersion = 7 });
    }
}

internal sealed class FakeCatalog(FakeSilo silo) : CatalogService.CatalogServiceBase
{
    public override async Task<UpsertMoviesResponse> UpsertMovies(IAsyncStreamReader<UpsertMoviesRequest> requestStream, ServerCallContext context)
    {
        await silo.OnCallAsync(context);
        var answer = new UpsertMoviesResponse();
        await foreach (var piece in requestStream.ReadAllAsync(context.CancellationToken))
        {
            answer.Upserted += piece.Movies.Count;
            foreach (var movie in piece.Movies)
            {
                silo.Movies.Enqueue(movie);
            }
        }

        return answer;
    }
}

internal sealed class FakeTraining(FakeSilo silo) : TrainingService.TrainingServiceBase
{
    public override async Task<GetTrainingResponse> GetTraining(GetTrainingRequest request, ServerCallContext context)
    {
        await silo.OnCallAsync(context);
        return new GetTrainingResponse();
    }

    public override async Task<StartTrainingResponse> StartTraining(StartTrainingRequest request, ServerCallContext context)
    {
        await silo.OnCallAsync(context);
        return new StartTrainingResponse();
    }

    public override async Task<CancelTrainingResponse> CancelTraining(CancelTrainingRequest request, ServerCallContext context)
    {
        await silo.OnCallAsync(context);
        return new CancelTrainingResponse();
    }

    public override async Task<RollbackModelResponse> RollbackModel(RollbackModelRequest request, ServerCallContext context)
    {
        await silo.OnCallAsync(context);
        return new RollbackModelResponse();
    }
}
