namespace OnlineCF.Scoring.Tests;

public sealed class TopNScorerTests
{
    [Fact]
    public void Top_equals_a_full_sort()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var dimension = random.Next(1, 40);
            var movies = random.Next(0, 200);
            var model = TestModels.WholeNumberModel(random, movies, dimension);
            var query = new float[model.Stride];
            for (var j = 0; j < dimension; j++)
            {
                query[j] = random.Next(-2, 3);
            }

            for (var folded = random.Next(0, 6); folded > 0; folded--)
            {
                var vectors = new float[model.Stride];
                vectors[0] = random.Next(-3, 4);
                model = model.WithMovie(90_000 + folded, new MovieVectors(0, new float[model.Stride], vectors));
            }

            MovieMask? excluded = null;
            if (random.Next(2) == 0)
            {
                excluded = new MovieMask(model.MovieCount);
                for (var row = 0; row < model.MovieCount; row += random.Next(1, 4))
                {
                    excluded.Set(row);
                }
            }

            var into = new ScoredRow[random.Next(0, 250)];
            var expected = Enumerable.Range(0, model.MovieCount)
                .Where(row => excluded is null || !excluded.Contains(row))
                .Select(row => new ScoredRow(row, model.RankingRow(row).ToArray().Zip(query, (y, x) => y * x).Sum()))
                .OrderByDescending(scored => scored.Score).ThenBy(scored => scored.Row)
                .Take(into.Length).ToArray();

            var found = TopNScorer.Top(model, query, excluded, into);

            Assert.True(expected.AsSpan().SequenceEqual(into.AsSpan(0, found)), $"seed {seed}");
        }
    }
}
