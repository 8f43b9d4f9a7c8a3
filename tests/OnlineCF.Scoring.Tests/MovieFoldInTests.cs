namespace OnlineCF.Scoring.Tests;

public sealed class MovieFoldInTests
{
    private const int Users = 90;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(8, 5)]
    [InlineData(50, 90)]
    public void Fold_equals_the_dense_reference_solve_on_the_users_side(int dimension, int count)
    {
        var snapshot = TestModels.Snapshot(dimension, 30, Users, dimension);
        var model = ServingModel.Create(snapshot);
        RatedRow[] ratings = [.. TestModels.Ratings(new Random(count), Users, count), new(-1, 0.5f)];

        var movie = MovieFoldIn.Fold(model, ratings, model.UserGramian.Span);

        var (bias, rating) = DenseReference.Rating(DenseReference.Users(model), ratings);
        Assert.Equal(bias, movie.Bias, 1e-6);
        UserFoldInTests.AssertPadded(rating, movie.Rating, 1e-6);
        var exposure = Math.Min(1, ratings.Length / snapshot.Movies.Counts.Average());
        var exposed = ServingModel.Create(snapshot with
        {
            FoldIn = snapshot.FoldIn with { UnobservedWeight = snapshot.FoldIn.UnobservedWeight * (float)exposure },
        });
        UserFoldInTests.AssertPadded(
            DenseReference.Ranking(DenseReference.Users(exposed), ratings), movie.Ranking, 1e-6);
    }

    [Fact]
    public void Newcomer_with_a_user_s_vectors_counts_as_that_user_at_the_average_weight()
    {
        var snapshot = TestModels.Snapshot(1, 30, Users, 8);
        var model = ServingModel.Create(snapshot with { FoldIn = snapshot.FoldIn with { UserWeightExponent = 0 } });
        var users = model.Snapshot.Users;
        var twin = new UserVectors(users.Biases[7], users.RatingRow(7).ToArray(), users.RankingRow(7).ToArray(), 1);

        var movie = MovieFoldIn.Fold(model, [new(3, 2), new(Users, 5)], model.UserGramian.Span, [twin]);

        Assert.Equivalent(MovieFoldIn.Fold(model, [new(3, 2), new(7, 5)], model.UserGramian.Span), movie);
    }

    [Fact]
    public void Movie_that_only_unknown_users_rated_has_a_bias_only()
    {
        var model = ServingModel.Create(TestModels.Snapshot(1, 30, Users, 8));

        var movie = MovieFoldIn.Fold(model, [new(-1, 5)], model.UserGramian.Span);

        Assert.Equal((5 - TestModels.GlobalMean) / 1.5f, movie.Bias, 1e-6f);
        Assert.All([.. movie.Rating, .. movie.Ranking], value => Assert.Equal(0, value));
    }

    [Fact]
    public void Snapshot_without_users_gives_zero_vectors()
    {
        var model = ServingModel.Create(TestModels.Snapshot(1, 30, 0, 8));

        var movie = MovieFoldIn.Fold(model, [], model.UserGramian.Span);

        Assert.Equal(0, movie.Bias);
        Assert.All([.. movie.Rating, .. movie.Ranking], value => Assert.Equal(0, value));
    }

    [Fact]
    public void Movie_liked_by_a_user_scores_higher_for_that_user_than_one_the_user_disliked()
    {
        var model = ServingModel.Create(TestModels.Snapshot(1, 30, Users, 8));
        var user = model.Snapshot.Users.RankingRow(7);

        var liked = MovieFoldIn.Fold(model, [new(7, 5), new(8, 4)], model.UserGramian.Span);
        var disliked = MovieFoldIn.Fold(model, [new(7, 1), new(8, 4)], model.UserGramian.Span);

        Assert.True(DotKernel.Dot(user, liked.Ranking) > DotKernel.Dot(user, disliked.Ranking));
    }

    [Fact]
    public void Gramian_of_another_size_is_an_error()
    {
        var model = ServingModel.Create(TestModels.Snapshot(1, 30, Users, 8));

        Assert.Throws<ArgumentException>(() => MovieFoldIn.Fold(model, [new(1, 5)], new float[8 * 8]));
    }
}
