using System.Collections.Concurrent;
using Grpc.Core;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Tests.Fakes;

/// <summary>What a fake server got, and what it shall answer.</summary>
internal sealed class FakeServerState
{
    private readonly Dictionary<(long User, long Movie), Rating> _ratings = [];

    public List<StreamRatingsRequest> Batches { get; } = [];

    public List<Movie> Movies { get; } = [];

    public List<string> AuthorizationHeaders { get; } = [];

    public ConcurrentQueue<object> Requests { get; } = new();

    public IReadOnlyDictionary<(long User, long Movie), Rating> Ratings => _ratings;

    public long Sequence { get; set; }

    /// <summary>Called before each batch is taken; may throw, or wait.</summary>
    public Func<int, Task> BeforeBatch { get; set; } = _ => Task.CompletedTask;

    public RecommendResponse Recommendations { get; set; } = new();

    public float PredictedRating { get; set; }

    public SimilarMoviesResponse Similar { get; set; } = new();

    public GetTrainingResponse Training { get; set; } = new();

    public List<TrainingEvent> Events { get; } = [];

    public ListModelsResponse Models { get; set; } = new();

    public long NextRound { get; set; } = 1;

    /// <summary>Called before a watch is told that a round has ended.</summary>
    public Action RoundEnds { get; set; } = () => { };

    public Status? Refusal { get; set; }

    /// <summary>Called at the beginning of every call.</summary>
    public Action Called { get; set; } = () => { };

    public void Check(ServerCallContext context)
    {
        Called();
        if (context.RequestHeaders.GetValue("authorization") is { } header)
        {
            AuthorizationHeaders.Add(header);
        }

        if (Refusal is { } refusal)
        {
            throw new RpcException(refusal);
        }
    }

    public StreamRatingsResponse Take(StreamRatingsRequest batch)
    {
        lock (_ratings)
        {
            Batches.Add(batch);
            var answer = new StreamRatingsResponse { BatchId = batch.BatchId };
            for (var i = 0; i < batch.Ratings.Count; i++)
            {
                Take(batch.Ratings[i], i, answer);
            }

            answer.Sequence = Sequence;
            return answer;
        }
    }

    private void Take(Rating rating, int index, StreamRatingsResponse answer)
    {
        if (rating.Value is < 0.5f or > 5 or float.NaN)
        {
            answer.Rejected.Add(new RejectedRating { Index = index, Reason = "value must be from 0.5 to 5" });
        }
        else if (rating.RatedAt?.ToDateTime().Year > 2090)
        {
            answer.Rejected.Add(new RejectedRating { Index = index, Reason = "rated_at must not be more than a day ahead" });
        }
        else if (_ratings.GetValueOrDefault((rating.UserId, rating.MovieId)) is var current && current?.Equals(rating) == true)
        {
            answer.Duplicate++;
        }
        else if (current?.RatedAt is { } later && rating.RatedAt is { } earlier && earlier < later)
        {
            answer.Stale++;
        }
        else
        {
            _ratings[(rating.UserId, rating.MovieId)] = rating;
            answer.Accepted++;
            Sequence++;
        }
    }
}
