using OnlineCF.Training.Evaluation;
using OnlineCF.Training.History;

namespace OnlineCF.Training.Tests.Evaluation;

public sealed class RankingEvaluatorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Figures_of_two_users_by_hand()
    {
        // Rows of movies: 10 → 0, 11 → 1, 12 → 2. User 1 likes held-out 12 and user 2 likes held-out 10.
        var set = Split([(1, 10, 4), (1, 11, 4), (2, 11, 3), (2, 12, 3)], [(1, 12, 5), (2, 10, 4)]);

        var figures = new RankingEvaluator(set).Evaluate(new FixedScorer(3.5f, [[2, 1], [2, 0]]), Token);

        // Ranks 1 and 2: NDCG 1 and 1/log2(3); errors 1.5 and 0.5.
        Assert.Equal((1 + (1 / Math.Log2(3))) / 2, figures.Ndcg10, 12);
        Assert.Equal(1, figures.Recall20);
        Assert.Equal(1, figures.HitRate10);
        Assert.Equal(1, figures.Coverage10);
        Assert.Equal(Math.Sqrt((2.25 + 0.25) / 2), figures.Rmse, 6);
        Assert.Equal(1, figures.Mae, 6);
    }

    [Fact]
    public void Long_list_of_a_user_with_more_liked_movies_than_ranks_by_hand()
    {
        // Movies 1 to 40 train with user 2; user 1 likes the held-out ones from 1 to 12 and gets 12 first, then
        // thirteen others, then 11, then others again: hits at the ranks 1 and 15.
        var set = Split(
            [.. Enumerable.Range(1, 40).Select(movie => (2L, (long)movie, 3f))],
            [.. Enumerable.Range(1, 12).Select(movie => (1L, (long)movie, 4f))]);
        int[] list = [11, .. Enumerable.Range(20, 13), 33, 10, .. Enumerable.Range(34, 4)];
        var scorer = new FixedScorer(3, set.UserIds[0] == 1 ? [list, []] : [[], list]);

        var figures = new RankingEvaluator(set).Evaluate(scorer, Token);

        // Ideal: ten hits, Σ 1/log2(rank + 1) = 4.543559338088346. Recall over min(20, 12).
        Assert.Equal(1 / 4.543559338088346, figures.Ndcg10, 12);
        Assert.Equal(2 / 12.0, figures.Recall20, 12);
        Assert.Equal(1, figures.HitRate10);
        Assert.Equal(10 / 40.0, figures.Coverage10, 12);
    }

    [Fact]
    public void User_without_a_liked_test_movie_is_left_out_of_the_list_metrics_only()
    {
        var set = Split([(1, 10, 4), (2, 10, 4), (2, 11, 4)], [(1, 11, 5), (2, 12, 3.5f)]);

        var figures = new RankingEvaluator(set).Evaluate(new FixedScorer(3.5f, [[1], []]), Token);

        Assert.Equal(1, figures.Ndcg10);
        Assert.Equal(2, figures.HeldOut);
    }

    [Fact]
    public void Liked_movie_that_never_trained_counts_as_missed()
    {
        var set = Split([(1, 10, 4), (2, 11, 4)], [(1, 11, 5), (1, 99, 5)]);

        var figures = new RankingEvaluator(set).Evaluate(new FixedScorer(3.5f, [[1], []]), Token);

        Assert.Equal(0.5, figures.Recall20);
    }

    [Fact]
    public void Nothing_held_out_is_nothing_measured()
    {
        var figures = new RankingEvaluator(Split([(1, 10, 4)], [])).Evaluate(new FixedScorer(3.5f, [[]]), Token);

        Assert.True(double.IsNaN(figures.Rmse) && double.IsNaN(figures.Ndcg10) && double.IsNaN(figures.Coverage10));
    }

    [Fact]
    public void Threads_do_not_change_a_digit()
    {
        var set = MovieLensSplit();
        var popular = new PopularityBaseline(set, new BiasBaseline(set).Predict);

        Assert.Equal(
            new RankingEvaluator(set) { Threads = 1 }.Evaluate(popular, Token),
            new RankingEvaluator(set) { Threads = 8 }.Evaluate(popular, Token));
    }

    // Movies with equally many ratings keep the order of their first rating. Other orders of these ties move the
    // figures from 0.1573 to 0.1586 and from 0.1874 to 0.1891; without liked movies that nobody rated in training,
    // which no list can have, they are 0.1584 and 0.1886 (ties drawn at random: 0.1585 and 0.1892 in the mean).
    [Fact]
    public void Popularity_has_the_figures_of_an_independent_reference_on_ml_latest_small()
    {
        var set = MovieLensSplit();

        var figures = new RankingEvaluator(set).Evaluate(new PopularityBaseline(set, (_, _) => set.GlobalMean), Token);

        var (ndcg, recall) = PopularityReference.Of(
            TestRatings.MovieLens("random-train.csv"), TestRatings.MovieLens("random-test.csv"));
        Assert.Equal(ndcg, figures.Ndcg10, 1e-9);
        Assert.Equal(recall, figures.Recall20, 1e-9);
        Assert.Equal(0.1580, figures.Ndcg10, 0.00005);
        Assert.Equal(0.1877, figures.Recall20, 0.00005);
        Assert.Equal(1.049, figures.Rmse, 0.001);
    }

    [Fact]
    public void At_most_so_many_users_are_measured()
    {
        var set = MovieLensSplit();
        var popular = new PopularityBaseline(set, (_, _) => set.GlobalMean);

        var figures = new RankingEvaluator(set) { MaxUsers = 100 }.Evaluate(popular, Token);

        Assert.InRange(figures.HeldOut, 100, set.HoldOut.Count / 2);
        Assert.Equal(0.159, figures.Ndcg10, 0.05);
    }

    private static TrainingSet MovieLensSplit()
    {
        var train = TestRatings.MovieLens("random-train.csv");
        var test = TestRatings.MovieLens("random-test.csv");
        var held = test.Select(rating => (rating.UserId, rating.MovieId)).ToHashSet();
        var history = TestRatings.History(train.Concat(test).Select(r => (r.UserId, r.MovieId, r.Value)));
        return TrainingSet.Create(history, (user, movie) => held.Contains((user, movie)), 0);
    }

    private static TrainingSet Split((long, long, float)[] train, (long User, long Movie, float)[] test)
    {
        var held = test.Select(rating => (rating.User, rating.Movie)).ToHashSet();
        return TrainingSet.Create(
            TestRatings.History(train.Concat(test)), (user, movie) => held.Contains((user, movie)), 0);
    }

    private sealed class FixedScorer(float value, int[][] lists) : IUserScorer
    {
        public int Score(int user, ReadOnlySpan<int> movies, Span<float> stars, Span<int> top)
        {
            stars.Fill(value);
            lists[user].AsSpan()[..Math.Min(top.Length, lists[user].Length)].CopyTo(top);
            return Math.Min(top.Length, lists[user].Length);
        }
    }
}
