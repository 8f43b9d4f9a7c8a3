using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using OnlineCF.Core.Models;

namespace OnlineCF.Scoring.Tests;

public sealed class ScreenTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 60)];

    // Norms as trained rows have them: they fall with popularity, over several orders of magnitude; some rows are zero.
    [Theory]
    [MemberData(nameof(Seeds))]
    public void Top_equals_a_full_sort_to_the_bit_at_every_tail(int seed)
    {
        var random = new Random(seed);
        foreach (var (movies, dimension) in new[] { (seed, 1 + (seed % 20)), (500 + seed, 50), (1000 + (17 * seed), 64 - seed) })
        {
            var model = Trained(random, movies, Math.Max(1, dimension));
            for (var folded = random.Next(0, 30); folded > 0; folded--)
            {
                model = model.WithMovie(random.Next(1, 20), new MovieVectors(0, new float[model.Stride], Row(random, model, random.NextSingle())));
            }

            var query = Row(random, model, 1);
            var mask = RandomMask(random, model.MovieCount);
            long[] rated = [.. Enumerable.Range(0, random.Next(60)).Select(_ => (long)random.Next(1, 3000)).Distinct().Order()];
            long[] unwanted = [.. Enumerable.Range(0, random.Next(5)).Select(_ => (long)random.Next(900, 1100)).Distinct().Order()];
            var into = new ScoredRow[random.Next(3) == 0 ? random.Next(0, movies + 40) : 10];

            var found = TopNScorer.Top(model, query, new MovieExclusions(mask, rated, unwanted), into);

            var expected = Enumerable.Range(0, model.MovieCount)
                .Where(row => mask?.Contains(row) != true && !rated.Contains(model.MovieIdOf(row)) && !unwanted.Contains(model.MovieIdOf(row)))
                .Select(row => new ScoredRow(row, DotKernel.Dot(query, model.RankingRow(row))))
                .OrderByDescending(scored => scored.Score).ThenBy(scored => scored.Row).Take(into.Length);
            Assert.Equal(expected, into.Take(found));
        }
    }

    [Theory]
    [InlineData(1e-25f)]
    [InlineData(1e-33f)]
    [InlineData(1e15f)]
    [InlineData(1e31f)]
    public void Very_short_and_very_long_vectors_are_ordered_too(float length)
    {
        var random = new Random(3);
        var model = Trained(random, 300, 24, length);
        foreach (var query in new[] { Row(random, model, 1), Row(random, model, length), Row(random, model, 1 / length) })
        {
            var into = new ScoredRow[20];
            var found = TopNScorer.Top(model, query, null, into);

            var expected = Enumerable.Range(0, model.MovieCount)
                .Select(row => new ScoredRow(row, DotKernel.Dot(query, model.RankingRow(row))))
                .Where(scored => scored.Score > float.NegativeInfinity)
                .OrderByDescending(scored => scored.Score).ThenBy(scored => scored.Row).Take(into.Length);
            Assert.Equal(expected, into.Take(found));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(50)]
    [InlineData(255)]
    [InlineData(512)]
    public void Products_are_the_scalar_ones_at_every_width(int pairs)
    {
        var random = new Random(pairs);
        var block = new sbyte[pairs * 32];
        var query = new int[pairs];
        for (var i = 0; i < block.Length; i++)
        {
            block[i] = (sbyte)random.Next(-127, 128);
        }

        var limit = Math.Min(short.MaxValue, int.MaxValue / (127 * 2 * pairs));
        var halves = MemoryMarshal.Cast<int, short>(query.AsSpan());
        for (var i = 0; i < halves.Length; i++)
        {
            halves[i] = (short)random.Next(-limit, limit + 1);
        }

        var expected = new int[16];
        for (var i = 0; i < block.Length; i++)
        {
            expected[i % 32 / 2] += block[i] * halves[(i / 32 * 2) + (i % 2)];
        }

        Assert.Equal(Vector512.Create<int>(expected), ScreenKernel.Products(ref block[0], ref query[0], pairs));
        Assert.Equal(Vector512.Create<int>(expected), ScreenKernel.Products128(ref block[0], ref query[0], pairs));
        if (Avx2.IsSupported)
        {
            Assert.Equal(Vector512.Create<int>(expected), ScreenKernel.Products256(ref block[0], ref query[0], pairs));
        }

        if (Avx512BW.IsSupported)
        {
            Assert.Equal(Vector512.Create<int>(expected), ScreenKernel.Products512(ref block[0], ref query[0], pairs));
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(50)]
    [InlineData(512)]
    public void Largest_numbers_stay_in_range(int dimension)
    {
        var stride = FactorTable.StrideOf(dimension);
        float[] ones = [.. Enumerable.Range(0, stride).Select(j => j < dimension ? 1f : 0)];
        var table = new ScreenTable(new FactorTable(dimension, [1], [1], [0], ones, ones));
        var packed = new int[table.Pairs];
        var query = new ScreenQuery(ones, packed);

        var product = ScreenKernel.Products(ref table.Block(0), ref packed[0], table.Pairs)[0];

        Assert.Equal(dimension, product * (double)table.Scales[0] * query.Scale, dimension * 1e-5);
    }

    private static ServingModel Trained(Random random, int movies, int dimension, float length = 1)
    {
        var snapshot = TestModels.Snapshot(random.Next(), movies, 0, dimension);
        var ranking = (float[])snapshot.Movies.RankingFactors.Clone();
        for (var row = 0; row < movies; row++)
        {
            var norm = random.Next(20) == 0 ? 0 : length * MathF.Pow(random.Next(1, movies + 1), -0.8f);
            for (var j = 0; j < snapshot.Movies.Stride; j++)
            {
                ranking[(row * snapshot.Movies.Stride) + j] *= norm;
            }
        }

        var table = snapshot.Movies;
        return ServingModel.Create(snapshot with
        {
            Movies = new FactorTable(dimension, table.Ids, table.Counts, table.Biases, table.RatingFactors, ranking),
        });
    }

    private static float[] Row(Random random, ServingModel model, float norm) =>
        Array.ConvertAll(TestModels.Vector(random, model.Snapshot.EmbeddingDim), value => value * norm);

    private static MovieMask? RandomMask(Random random, int rows)
    {
        if (random.Next(3) == 0)
        {
            return null;
        }

        var mask = new MovieMask(rows);
        for (var row = 0; row < rows; row++)
        {
            if (random.Next(4) == 0)
            {
                mask.Set(row);
            }
        }

        return mask;
    }
}
