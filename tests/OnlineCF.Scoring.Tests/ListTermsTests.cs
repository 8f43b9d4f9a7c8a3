namespace OnlineCF.Scoring.Tests;

public sealed class ListTermsTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void List_is_what_a_full_sort_of_scores_and_terms_gives(int seed)
    {
        var random = new Random(seed);
        var dimension = random.Next(1, 70);
        var model = TestModels.Model(seed, random.Next(1, 700), dimension);
        model = random.Next(2) == 0 ? model : model.WithMovie(5, TestModels.Movie(random, dimension));
        var ratings = TestModels.Ratings(random, model.Snapshot.Movies.Count, Math.Min(20, model.Snapshot.Movies.Count));
        var user = UserFoldIn.Fold(model, ratings);
        float[] likes = [.. Enumerable.Range(0, random.Next(model.MovieCount + 1)).Select(_ =>
            random.Next(4) == 0 ? float.NegativeInfinity : (random.NextSingle() * 20) - 10)];
        var most = likes.DefaultIfEmpty(float.NegativeInfinity).Max();
        var (weight, floor) = (random.Next(3) * 0.05f, random.Next(2) == 0 ? 3.4f : 0);
        var into = new ScoredRow[random.Next(1, 40)];

        var terms = new ListTerms(new RecentLikes(likes, 1.5f, most), weight, model, floor > 0 ? user : null, floor);
        var found = TopNScorer.Top(model, user.Ranking, terms, null, into);
        foreach (var guess in (float[])[0.5f, 0.999f, 1, 1.001f, 2])
        {
            // Whatever is guessed of the last score, the list is the same.
            var guessed = new ScoredRow[into.Length];
            Assert.Equal(found, TopNScorer.Top(model, user.Ranking, terms, null, guessed, guess * into[Math.Max(0, found - 1)].Score));
            Assert.Equal(into, guessed);
        }

        var expected = Enumerable.Range(0, model.MovieCount)
            .Select(row => new ScoredRow(row, DotKernel.Dot(user.Ranking, model.RankingRow(row))
                + (weight == 0 || row >= likes.Length ? 0 : weight * MathF.Log(1 + MathF.Pow(2, likes[row] + 1.5f)))))
            .OrderByDescending(scored => floor == 0 || RatingPrediction.Predict(model, user, scored.Row) >= floor)
            .ThenByDescending(scored => scored.Score).ThenBy(scored => scored.Row).Take(into.Length);
        Assert.Equal(expected, into.Take(found));
    }
}
