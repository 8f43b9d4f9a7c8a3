using System.Diagnostics;
using OnlineCF.Core.Models;
using OnlineCF.Scoring;

namespace OnlineCF.Benchmarks;

/// <summary>The best ten of many movies against a plain pass over the same factors, in one run; k = 50.</summary>
internal static class ListSpeed
{
    private const int Dim = 50;
    private const int Queries = 16;

    /// <summary>Milliseconds a list, the least of several turns each, taken in turns.</summary>
    /// <param name="movies">How many movies.</param>
    /// <param name="decay">How fast the rows grow shorter with the rank of popularity; 0 for rows of one length, the worst case.</param>
    /// <param name="turns">How many turns.</param>
    public static ListTimes Measure(int movies, float decay, int turns)
    {
        var model = ModelOf(movies, decay);
        var queries = new float[Queries][];
        var random = new Random(2);
        for (var i = 0; i < Queries; i++)
        {
            RatedRow[] ratings = [.. Enumerable.Range(0, 100).Select(_ => new RatedRow(
                (int)(movies * Math.Pow(random.NextDouble(), 3)), random.Next(2, 11) / 2f)).DistinctBy(rating => rating.Row)];
            queries[i] = UserFoldIn.Fold(model, ratings).Ranking;
        }

        var (plain, list) = (double.MaxValue, double.MaxValue);
        var (into, scores) = (new ScoredRow[10], new float[movies]);
        for (var turn = 0; turn < turns; turn++)
        {
            plain = Math.Min(plain, TimeOf(query => PlainPass(model, query, scores), queries));
            list = Math.Min(list, TimeOf(query => TopNScorer.Top(model, query, null, into), queries));
        }

        return new ListTimes(movies, decay, plain, list);
    }

    private static ServingModel ModelOf(int movies, float decay)
    {
        var random = new Random(1);
        var stride = FactorTable.StrideOf(Dim);
        var order = Enumerable.Range(0, movies).ToArray();
        random.Shuffle(order);
        var ranking = new float[movies * stride];
        for (var row = 0; row < movies; row++)
        {
            var norm = 1.5f * MathF.Pow(1 + (order[row] / 50f), -decay);
            for (var j = 0; j < Dim; j++)
            {
                ranking[(row * stride) + j] = norm * (float)((random.NextDouble() + random.NextDouble() - 0.95) * Math.Sqrt(6.0 / Dim));
            }
        }

        return ServingModel.Create(new FactorSnapshot
        {
            TrainedSequence = 1,
            TrainedAt = DateTimeOffset.UnixEpoch,
            GlobalMean = 3.5f,
            FoldIn = new FoldInParameters(),
            Movies = new FactorTable(
                Dim, [.. Enumerable.Range(1, movies).Select(id => (long)id)], new int[movies], new float[movies],
                new float[movies * stride], ranking),
            Users = FactorTable.Empty(Dim),
        });
    }

    private static float PlainPass(ServingModel model, float[] query, float[] scores)
    {
        for (var row = 0; row < scores.Length; row++)
        {
            scores[row] = DotKernel.Dot(query, model.RankingRow(row));
        }

        return scores[0];
    }

    private static double TimeOf<T>(Func<float[], T> list, float[][] queries)
    {
        var started = Stopwatch.GetTimestamp();
        foreach (var query in queries)
        {
            list(query);
        }

        return Stopwatch.GetElapsedTime(started).TotalMilliseconds / queries.Length;
    }
}

/// <summary>Milliseconds of a plain pass in single precision and of a list.</summary>
internal sealed record ListTimes(int Movies, float Decay, double Plain, double List);
