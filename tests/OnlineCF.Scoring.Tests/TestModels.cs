using OnlineCF.Core.Models;

namespace OnlineCF.Scoring.Tests;

/// <summary>Small seeded snapshots.</summary>
internal static class TestModels
{
    public const float GlobalMean = 3.5f;

    // Named one by one: the defaults follow what training finds best.
    private static readonly FoldInParameters Parameters = new(
        RatingL2: 0.05f, RatingPrior: 0.1f, BiasPrior: 0.5f, UnobservedWeight: 0.1f, RankingL2: 0.01f, RankingPrior: 0.1f,
        LikedSlope: 0.5f, DislikedWeight: 0.05f);

    /// <summary>Movie ids are 1000 + row, user ids 1 + row; factors are normal with deviation 1/√k.</summary>
    public static FactorSnapshot Snapshot(
        int seed, int movies, int users, int dimension, FoldInParameters? foldIn = null) => new()
        {
            Version = 7,
            TrainedSequence = 1,
            TrainedAt = DateTimeOffset.UnixEpoch,
            GlobalMean = GlobalMean,
            FoldIn = foldIn ?? Parameters,
            Movies = Table(new Random(seed), 1000, movies, dimension),
            Users = Table(new Random(seed + 1), 1, users, dimension),
        };

    public static ServingModel Model(int seed, int movies, int dimension, FoldInParameters? foldIn = null) =>
        ServingModel.Create(Snapshot(seed, movies, 20, dimension, foldIn));

    /// <summary>A model whose ranking factors are small whole numbers, so that every score is exact and many are equal.</summary>
    public static ServingModel WholeNumberModel(Random random, int movies, int dimension)
    {
        var stride = FactorTable.StrideOf(dimension);
        var ranking = Padded(movies, dimension, () => random.Next(-3, 4));
        var table = new FactorTable(
            dimension, [.. Enumerable.Range(1000, movies).Select(id => (long)id)], new int[movies], new float[movies],
            new float[movies * stride], ranking);
        return ServingModel.Create(Snapshot(1, 0, 0, dimension) with { Movies = table });
    }

    public static float[] Vector(Random random, int dimension) =>
        Padded(1, dimension, () => (float)Normal(random, dimension));

    /// <summary>The model and one movie more.</summary>
    public static ServingModel WithMovie(this ServingModel model, long movieId, MovieVectors vectors) =>
        model.WithMovies([new FoldedMovie(movieId, vectors)]);

    public static MovieVectors Movie(Random random, int dimension) =>
        new(0.25f, Vector(random, dimension), Vector(random, dimension));

    /// <summary>Ratings of distinct rows, half stars.</summary>
    public static RatedRow[] Ratings(Random random, int rows, int count)
    {
        var order = Enumerable.Range(0, rows).ToArray();
        random.Shuffle(order);
        return [.. order.Take(count).Select(row => new RatedRow(row, random.Next(1, 11) / 2f))];
    }

    private static FactorTable Table(Random random, long firstId, int count, int dimension) => new(
        dimension,
        [.. Enumerable.Range(0, count).Select(row => firstId + row)],
        [.. Enumerable.Range(0, count).Select(row => 1 + (row % 7))],
        [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))],
        Padded(count, dimension, () => (float)Normal(random, dimension)),
        Padded(count, dimension, () => (float)Normal(random, dimension)));

    private static float[] Padded(int count, int dimension, Func<float> next)
    {
        var stride = FactorTable.StrideOf(dimension);
        var rows = new float[count * stride];
        for (var index = 0; index < rows.Length; index++)
        {
            rows[index] = index % stride < dimension ? next() : 0;
        }

        return rows;
    }

    // Box-Muller.
    private static double Normal(Random random, int dimension) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())
        / Math.Sqrt(dimension);
}
