using OnlineCF.Core.Models;
using OnlineCF.Core.Training;

namespace OnlineCF.Grains.Tests.Cluster;

/// <summary>Small models to serve and results of rounds that make them.</summary>
internal static class TestModels
{
    private const int EmbeddingDim = 4;

    /// <summary>A snapshot that knows movies 1 to <paramref name="movies"/>.</summary>
    public static FactorSnapshot Snapshot(int movies = 20, int seed = 1, long trainedSequence = 1) => new()
    {
        TrainedSequence = trainedSequence,
        TrainedAt = DateTimeOffset.UnixEpoch,
        GlobalMean = 3.5f,
        FoldIn = new FoldInParameters(),
        Movies = Table(movies, new Random(seed)),
        Users = FactorTable.Empty(EmbeddingDim),
    };

    /// <summary>The record of a round that made a model.</summary>
    public static RoundRecord Round(long roundId, RoundOutcome outcome = RoundOutcome.Promoted) => new()
    {
        RoundId = roundId,
        Outcome = outcome,
        Reason = "",
        StartedAt = DateTimeOffset.UnixEpoch,
        EndedAt = DateTimeOffset.UnixEpoch,
        Epochs = 1,
        Ratings = 1,
        RatingsPerSecond = 1,
        FullRetrain = true,
        Candidate = Figures(0.8),
        Serving = ModelFigures.None,
        BiasRmse = 0.9,
        PopularityNdcg10 = 0.2,
    };

    /// <summary>What a trainer answers with a candidate that passes.</summary>
    public static TrainingResult Passed(TrainingRequest request, long trainedSequence = 1, int seed = 1) => new()
    {
        Candidate = Snapshot(seed: seed, trainedSequence: trainedSequence),
        Passed = true,
        IsBest = true,
        Reason = "Better.",
        FullRetrain = request.FullRetrain,
        Epochs = 1,
        Ratings = 10,
        RatingsPerSecond = 100,
        RatingsPassed = 10,
        Figures = Figures(0.8),
        Serving = request.Serving is null ? ModelFigures.None : Figures(0.85),
        BiasRmse = 0.9,
        PopularityNdcg10 = 0.2,
    };

    public static ModelFigures Figures(double rmse) => new(0.5, 0.6, 0.7, rmse, 0.3);

    /// <summary>Publishes what is the best so far, measured against what serves.</summary>
    public static async Task<ModelRecord> PublishAsync(
        this IModelStore store, FactorSnapshot snapshot, RoundRecord round, long term, CancellationToken cancellationToken) =>
        await store.PublishAsync(
            new Publication(snapshot, round, await store.GetServingVersionAsync(cancellationToken), IsBest: true), term, cancellationToken);

    private static FactorTable Table(int rows, Random random)
    {
        var stride = FactorTable.StrideOf(EmbeddingDim);
        return new FactorTable(
            EmbeddingDim,
            [.. Enumerable.Range(1, rows).Select(id => (long)id)],
            [.. Enumerable.Repeat(1, rows)],
            new float[rows],
            Factors(),
            Factors());

        float[] Factors() =>
            [.. Enumerable.Range(0, rows * stride).Select(i => i % stride < EmbeddingDim ? random.NextSingle() - 0.5f : 0)];
    }
}
