using OnlineCF.Core.Models;

namespace OnlineCF.Storage.Tests.Contracts;

/// <summary>Snapshots and rounds to publish.</summary>
internal static class Snapshots
{
    public static FactorSnapshot Create(int rows = 20, int embeddingDim = 5, int seed = 1)
    {
        var random = new Random(seed);
        return new FactorSnapshot
        {
            TrainedSequence = 1234,
            TrainedAt = new DateTimeOffset(2024, 5, 6, 7, 8, 9, 10, 11, TimeSpan.FromHours(2)),
            GlobalMean = 3.5280976f,
            FoldIn = new FoldInParameters(RatingL2: 0.07f, RankingPrior: 0.5f),
            Movies = Table(random, rows, embeddingDim),
            Users = Table(random, rows / 2, embeddingDim),
        };
    }

    public static RoundRecord Round(long id, RoundOutcome outcome = RoundOutcome.Promoted) => new()
    {
        RoundId = id,
        Outcome = outcome,
        Reason = "Better by 0.01 \"stars\" – é",
        StartedAt = new DateTimeOffset(2024, 5, 6, 7, 0, 0, TimeSpan.Zero),
        EndedAt = new DateTimeOffset(2024, 5, 6, 7, 1, 0, TimeSpan.Zero),
        Epochs = 10,
        Curve = new EpochCurve(
        [
            new EpochFigures(1, new ModelFigures(1.5, double.NaN, 0.9, 0.95, 0.25), 1e6),
            new EpochFigures(2, new ModelFigures(1.25, 1.5, 0.8, 0.9, double.NaN), 2e6),
        ]),
        Ratings = 100_836,
        RatingsPerSecond = 1e6,
        FullRetrain = true,
        Candidate = new ModelFigures(0.7, double.NaN, 0.8, 0.9, double.PositiveInfinity),
        Serving = ModelFigures.None,
        BiasRmse = 0.1 + 0.2,
        PopularityNdcg10 = double.NegativeInfinity,
    };

    /// <summary>Publishes what is the best so far, measured against what serves.</summary>
    public static async ValueTask<ModelRecord> PublishAsync(
        this IModelStore store, FactorSnapshot snapshot, RoundRecord round, long term, CancellationToken cancellationToken) =>
        await store.PublishAsync(
            new Publication(snapshot, round, await store.GetServingVersionAsync(cancellationToken), IsBest: true), term, cancellationToken);

    /// <summary>Loads all of a version.</summary>
    public static ValueTask<FactorSnapshot> LoadAsync(this IModelStore store, long version, CancellationToken cancellationToken) =>
        store.LoadAsync(version, SnapshotParts.All, cancellationToken);

    public static void AssertSame(FactorSnapshot expected, FactorSnapshot actual)
    {
        Assert.Equal(
            (expected.TrainedSequence, expected.TrainedAt, expected.GlobalMean, expected.FoldIn),
            (actual.TrainedSequence, actual.TrainedAt, actual.GlobalMean, actual.FoldIn));
        AssertSame(expected.Movies, actual.Movies);
        AssertSame(expected.Users, actual.Users);
        AssertSameOrNone(expected.SittingMovies, actual.SittingMovies);
        AssertSameOrNone(expected.JudgedMovies, actual.JudgedMovies);
    }

    /// <summary>The snapshot with the tables of movies that not every snapshot has.</summary>
    public static FactorSnapshot WithAllTables(this FactorSnapshot snapshot, bool sittings = true, bool judged = true) => snapshot with
    {
        SittingMovies = sittings ? snapshot.Movies.WithRanking([.. snapshot.Movies.RankingFactors.Select(x => x + 1)]) : null,
        JudgedMovies = judged ? snapshot.Movies.WithRanking([.. snapshot.Movies.RankingFactors.Select(x => x + 2)]) : null,
    };

    private static void AssertSameOrNone(FactorTable? expected, FactorTable? actual)
    {
        Assert.Equal(expected is null, actual is null);
        if (expected is not null)
        {
            AssertSame(expected, actual!);
        }
    }

    private static void AssertSame(FactorTable expected, FactorTable actual)
    {
        Assert.Equal((expected.EmbeddingDim, expected.Stride, expected.Count), (actual.EmbeddingDim, actual.Stride, actual.Count));
        Assert.Equal(expected.Ids, actual.Ids);
        Assert.Equal(expected.Counts, actual.Counts);
        Assert.Equal(expected.Biases, actual.Biases);
        Assert.Equal(expected.RatingFactors, actual.RatingFactors);
        Assert.Equal(expected.RankingFactors, actual.RankingFactors);
    }

    private static FactorTable Table(Random random, int rows, int embeddingDim)
    {
        var stride = FactorTable.StrideOf(embeddingDim);
        return new FactorTable(
            embeddingDim,
            [.. Enumerable.Range(0, rows).Select(row => ((long)row * 7919) + 1)],
            [.. Enumerable.Range(0, rows).Select(_ => random.Next(1000))],
            [.. Enumerable.Range(0, rows).Select(_ => random.NextSingle())],
            Factors(random, rows, embeddingDim, stride),
            Factors(random, rows, embeddingDim, stride));
    }

    private static float[] Factors(Random random, int rows, int embeddingDim, int stride)
    {
        var factors = new float[rows * stride];
        for (var row = 0; row < rows; row++)
        {
            for (var factor = 0; factor < embeddingDim; factor++)
            {
                factors[(row * stride) + factor] = random.NextSingle() - 0.5f;
            }
        }

        return factors;
    }
}
