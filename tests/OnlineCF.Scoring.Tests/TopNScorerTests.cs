namespace OnlineCF.Scoring.Tests;

public sealed class TopNScorerTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 200)];

    // Small whole numbers make every score exact and most of them equal to others.
    [Theory]
    [MemberData(nameof(Seeds))]
    public void Top_equals_a_full_sort(int seed)
    {
        var random = new Random(seed);
        var model = RandomModel(random);
        var query = new float[model.Stride];
        for (var j = 0; j < model.Snapshot.EmbeddingDim; j++)
        {
            query[j] = random.Next(-2, 3);
        }

        var excluded = RandomMask(random, model.MovieCount);
        var into = new ScoredRow[random.Next(0, 250)];
        var expected = Sorted(model, excluded, row => model.RankingRow(row).ToArray().Zip(query, (y, x) => y * x).Sum());

        var found = TopNScorer.Top(model, query, excluded, into);

        Assert.Equal(expected.Take(into.Length), into.Take(found));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Similar_equals_a_full_sort_by_cosine(int seed)
    {
        var random = new Random(seed);
        var model = TestModels.Model(seed, random.Next(2, 200), random.Next(1, 70));
        for (var folded = random.Next(0, 6); folded > 0; folded--)
        {
            model = model.WithMovie(folded, TestModels.Movie(random, model.Snapshot.EmbeddingDim));
        }

        var row = random.Next(model.MovieCount);
        var excluded = RandomMask(random, model.MovieCount) ?? new MovieMask(model.MovieCount);
        excluded.Set(row);
        var expected = Sorted(model, excluded, other => (float)Cosine(model.RankingRow(row), model.RankingRow(other)));
        var into = new ScoredRow[random.Next(1, 250)];

        var found = TopNScorer.Similar(model, row, excluded, into);

        Assert.Equal(Math.Min(expected.Length, into.Length), found);
        for (var i = 0; i < found; i++)
        {
            Assert.Equal(expected[i].Score, into[i].Score, 1e-5f);
            Assert.Equal(Cosine(model.RankingRow(row), model.RankingRow(into[i].Row)), into[i].Score, 1e-5);
        }

        Assert.Equal(found, into.Take(found).DistinctBy(scored => scored.Row).Count());
        Assert.DoesNotContain(into.Take(found), scored => excluded.Contains(scored.Row));
    }

    [Fact]
    public void Similar_leaves_the_movie_itself_out_and_puts_its_twin_first()
    {
        var model = TestModels.Model(1, 50, 8);
        var twin = model.RankingRow(20).ToArray().Select(value => value * 3).ToArray();
        model = model.WithMovie(9, new MovieVectors(0, new float[16], twin));
        var into = new ScoredRow[100];

        var found = TopNScorer.Similar(model, 20, null, into);

        Assert.Equal(50, found);
        Assert.Equal(50, into[0].Row);
        Assert.Equal(1, into[0].Score, 1e-5f);
        Assert.DoesNotContain(into.Take(found), scored => scored.Row == 20);
    }

    [Fact]
    public void Movies_without_direction_are_similar_to_nothing()
    {
        var model = TestModels.Model(1, 50, 8).WithMovie(9, new MovieVectors(0, new float[16], new float[16]));
        var into = new ScoredRow[100];

        Assert.Equal(49, TopNScorer.Similar(model, 20, null, into));
        Assert.Equal(0, TopNScorer.Similar(model, 50, null, into));
    }

    [Fact]
    public void Score_is_the_dot_product_to_the_bit()
    {
        var model = TestModels.Model(1, 103, 50).WithMovie(9, TestModels.Movie(new Random(1), 50));
        var query = TestModels.Vector(new Random(2), 50);
        var into = new ScoredRow[104];

        Assert.Equal(104, TopNScorer.Top(model, query, null, into));
        Assert.All(into, scored => Assert.Equal(DotKernel.Dot(query, model.RankingRow(scored.Row)), scored.Score));
    }

    [Fact]
    public void User_without_taste_gets_the_first_rows_in_order()
    {
        var model = TestModels.Model(1, 20, 8);
        var into = new ScoredRow[3];

        Assert.Equal(3, TopNScorer.Top(model, new float[16], null, into));
        Assert.Equal([new ScoredRow(0, 0), new ScoredRow(1, 0), new ScoredRow(2, 0)], into);
    }

    [Fact]
    public void Scoring_allocates_nothing()
    {
        var model = TestModels.Model(1, 5001, 50).WithMovie(9, TestModels.Movie(new Random(1), 50));
        var query = TestModels.Vector(new Random(2), 50);
        var excluded = RandomMask(new Random(4), model.MovieCount) ?? new MovieMask(model.MovieCount);
        var into = new ScoredRow[100];
        var found = TopNScorer.Top(model, query, excluded, into) + TopNScorer.Similar(model, 3, excluded, into);

        // The runtime allocates now and then on its own: the least of several times counts.
        var least = long.MaxValue;
        for (var time = 0; time < 6; time++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 50; i++)
            {
                found += TopNScorer.Top(model, query, excluded, into) + TopNScorer.Similar(model, 3, excluded, into);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
        Assert.Equal(301 * 200, found);
    }

    [Fact]
    public void Query_of_another_length_and_rows_that_do_not_exist_are_errors()
    {
        var model = TestModels.Model(1, 20, 8);

        Assert.Throws<ArgumentException>(() => TopNScorer.Top(model, new float[8], null, new ScoredRow[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => TopNScorer.Similar(model, -1, null, new ScoredRow[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => TopNScorer.Similar(model, 20, null, new ScoredRow[3]));
    }

    private static ServingModel RandomModel(Random random)
    {
        var model = TestModels.WholeNumberModel(random, random.Next(0, 200), random.Next(1, 40));
        for (var folded = random.Next(0, 6); folded > 0; folded--)
        {
            var vectors = new float[model.Stride];
            vectors[0] = random.Next(-3, 4);
            model = model.WithMovie(folded, new MovieVectors(0, new float[model.Stride], vectors));
        }

        return model;
    }

    private static MovieMask? RandomMask(Random random, int rows)
    {
        if (random.Next(3) == 0)
        {
            return null;
        }

        // Shorter than the rows now and then, as when movies were folded in after it was made.
        var mask = new MovieMask(random.Next(rows + 1));
        for (var row = random.Next(3); row < rows; row += random.Next(1, 4))
        {
            mask.Set(row);
        }

        return mask;
    }

    private static ScoredRow[] Sorted(ServingModel model, MovieMask? excluded, Func<int, float> score) =>
    [
        .. Enumerable.Range(0, model.MovieCount)
            .Where(row => excluded is null || !excluded.Contains(row))
            .Select(row => new ScoredRow(row, score(row)))
            .OrderByDescending(scored => scored.Score).ThenBy(scored => scored.Row),
    ];

    private static double Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var (product, squareA, squareB) = (0.0, 0.0, 0.0);
        for (var j = 0; j < a.Length; j++)
        {
            product += (double)a[j] * b[j];
            squareA += (double)a[j] * a[j];
            squareB += (double)b[j] * b[j];
        }

        return product / Math.Sqrt(squareA * squareB);
    }
}
