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

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public void Several_movies_explained_at_once_have_the_shares_that_each_has_alone(int count)
    {
        var model = TestModels.Model(1, Movies, 8);
        RatedRow[] ratings = [.. TestModels.Ratings(new Random(1), Movies, 15), new(-1, 5)];
        var alone = new float[16];
        ScoredRow[] movies = [new(5, 1), new(6, 1), new(5, 1), new(199, 1)];
        var shares = new float[16 * count];

        using var explainer = new ScoreExplainer(model, ratings, []);
        for (var pass = 0; pass < 2; pass++)
        {
            explainer.Shares(movies.AsSpan(0, count), shares);
            for (var movie = 0; movie < count; movie++)
            {
                Shares(model, ratings, movies[movie].Row, alone);
                Assert.Equal(alone, shares.AsSpan(movie * 16, 16).ToArray());
            }

            Array.Reverse(movies, 0, count);
        }
    }

    [Theory]
    [InlineData(5, 5)]
    [InlineData(2, 1)]
    public void More_movies_than_go_at_once_are_an_error(int movies, int places) => Assert.Throws<ArgumentException>(() =>
    {
        using var explainer = new ScoreExplainer(TestModels.Model(1, Movies, 8), [new(1, 5)], []);
        explainer.Shares(new ScoredRow[movies], new float[places]);
    });

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
            var found = explainer.Largest(all, largest, out var rest);

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
