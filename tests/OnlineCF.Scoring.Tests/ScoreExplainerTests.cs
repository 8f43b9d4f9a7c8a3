namespace OnlineCF.Scoring.Tests;

public sealed class ScoreExplainerTests
{
    private const int Movies = 200;

    [Theory]
    [InlineData(1, 3)]
    [InlineData(8, 20)]
    [InlineData(50, 150)]
    public void Shares_add_up_to_the_score(int dimension, int count)
    {
        var model = TestModels.Model(dimension, Movies, dimension)
            .WithMovie(5, TestModels.Movie(new Random(9), dimension));
        RatedRow[] ratings = [.. TestModels.Ratings(new Random(count), Movies, count), new(-1, 5), new(Movies, 4.5f)];
        var user = UserFoldIn.Fold(model, ratings);
        var shares = new float[ratings.Length];

        for (var row = 0; row < model.MovieCount; row++)
        {
            Shares(model, ratings, row, shares);

            Assert.Equal(DotKernel.Dot(user.Ranking, model.RankingRow(row)), shares.Sum(), 1e-5f);
        }
    }

    [Fact]
    public void A_rating_of_an_unknown_movie_has_no_share()
    {
        var model = TestModels.Model(1, Movies, 8);
        RatedRow[] ratings = [new(1, 5), new(2, 3.5f), new(-1, 5), new(3, 4)];
        var shares = new float[4];

        Shares(model, ratings, 7, shares);

        Assert.Equal(
            ratings.Select(rating => rating.Row >= 0),
            shares.Select(share => share != 0));
    }

    [Fact]
    public void Liked_movie_explains_itself_above_all_others()
    {
        var model = TestModels.Model(1, Movies, 50);
        var shares = new float[3];

        Shares(model, [new(1, 5), new(2, 5), new(3, 5)], 2, shares);

        Assert.Equal(shares.Max(), shares[1]);
        Assert.True(shares[1] > 0);
    }

    [Fact]
    public void Several_movies_explained_at_once_have_the_shares_that_each_has_alone()
    {
        var model = TestModels.Model(1, Movies, 8);
        var ratings = TestModels.Ratings(new Random(1), Movies, 15);
        var (shares, alone) = (new float[15], new float[15]);

        using var explainer = new ScoreExplainer(model, ratings, []);
        foreach (var row in new[] { 5, 6, 5 })
        {
            explainer.Shares(row, shares);
            Shares(model, ratings, row, alone);

            Assert.Equal(alone, shares);
        }
    }

    [Fact]
    public void User_without_ratings_has_nothing_to_explain()
    {
        Shares(TestModels.Model(1, Movies, 8), [], 5, []);
        var shares = new float[] { 1 };

        Shares(TestModels.Model(1, Movies, 8), [new(-1, 5)], 5, shares);

        Assert.Equal([0f], shares);
    }

    [Fact]
    public void Another_number_of_shares_than_ratings_is_an_error() => Assert.Throws<ArgumentException>(
        () => Shares(TestModels.Model(1, Movies, 8), [new(1, 5)], 5, new float[2]));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(14)]
    [InlineData(30)]
    public void Largest_shares_and_the_rest_add_up_to_the_score(int wanted)
    {
        var model = TestModels.Model(2, Movies, 8).WithMovie(5, TestModels.Movie(new Random(9), 8));
        RatedRow[] ratings = [.. TestModels.Ratings(new Random(1), Movies, 20), new(-1, 5), new(Movies, 4.5f)];
        var user = UserFoldIn.Fold(model, ratings);
        var preference = new UserPreference(model, ratings);
        var (all, largest) = (new float[ratings.Length], new ScoredRow[wanted]);
        using var explainer = new ScoreExplainer(model, ratings, []);

        for (var row = 0; row < model.MovieCount; row++)
        {
            explainer.Shares(row, all);
            var found = explainer.Largest(row, largest, out var rest);

            // A dislike is no reason, whatever its share.
            var sorted = all.Select((share, i) => new ScoredRow(i, share))
                .Where(share => share.Score != 0 && !preference.IsDisliked(ratings[share.Row].Value))
                .OrderByDescending(share => share.Score).ThenBy(share => share.Row).ToArray();
            Assert.Equal(sorted.Take(wanted), largest.Take(found));
            Assert.Equal(
                DotKernel.Dot(user.Ranking, model.RankingRow(row)), largest.Take(found).Sum(share => share.Score) + rest, 1e-5f);
            Assert.True(rest != 0 || found == all.Count(share => share != 0));
        }
    }

    private static void Shares(ServingModel model, RatedRow[] ratings, int row, float[] shares)
    {
        using var explainer = new ScoreExplainer(model, ratings, []);
        explainer.Shares(row, shares);
    }
}
