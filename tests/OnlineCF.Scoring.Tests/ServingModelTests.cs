namespace OnlineCF.Scoring.Tests;

public sealed class ServingModelTests
{
    private const int Dimension = 8;

    [Fact]
    public void Rows_of_the_snapshot_read_through()
    {
        var model = TestModels.Model(1, 20, Dimension);
        var movies = model.Snapshot.Movies;

        Assert.Equal((7, 20, 16), (model.Version, model.MovieCount, model.Stride));
        Assert.Equal(5, model.RowOf(1005));
        Assert.Equal(1005, model.MovieIdOf(5));
        Assert.Equal(movies.Biases[5], model.BiasOf(5));
        Assert.True(model.RatingRow(5).SequenceEqual(movies.RatingRow(5)));
        Assert.True(model.RankingRow(5).SequenceEqual(movies.RankingRow(5)));
        Assert.Equal(-1, model.RowOf(1020));
    }

    [Fact]
    public void Folded_in_movie_gets_the_next_row()
    {
        var vectors = TestModels.Movie(new Random(1), Dimension);

        var model = TestModels.Model(1, 20, Dimension).WithMovie(3, TestModels.Movie(new Random(2), Dimension))
            .WithMovie(4, vectors);

        Assert.Equal((22, 20, 21), (model.MovieCount, model.RowOf(3), model.RowOf(4)));
        Assert.Equal((4L, vectors.Bias), (model.MovieIdOf(21), model.BiasOf(21)));
        Assert.True(model.RatingRow(21).SequenceEqual(vectors.Rating));
        Assert.True(model.RankingRow(21).SequenceEqual(vectors.Ranking));
    }

    [Fact]
    public void New_movies_leave_the_model_and_its_snapshot_as_they_were()
    {
        var model = TestModels.Model(1, 20, Dimension).WithMovie(3, TestModels.Movie(new Random(1), Dimension));
        var movies = model.Snapshot.Movies;
        var (ranking, rating) = ((float[])movies.RankingFactors.Clone(), (float[])movies.RatingFactors.Clone());
        var before = model.RankingRow(20).ToArray();

        var more = model.WithMovie(4, TestModels.Movie(new Random(2), Dimension));
        var replaced = model.WithMovie(3, TestModels.Movie(new Random(3), Dimension));

        Assert.Equal((21, -1), (model.MovieCount, model.RowOf(4)));
        Assert.Equal(before, model.RankingRow(20).ToArray());
        Assert.Same(model.Snapshot, more.Snapshot);
        Assert.Same(model.Snapshot, replaced.Snapshot);
        Assert.Equal(ranking, movies.RankingFactors);
        Assert.Equal(rating, movies.RatingFactors);
        Assert.True(model.Gramian.Equals(more.Gramian));
    }

    [Fact]
    public void Movie_folded_in_again_keeps_its_row_and_gets_new_factors()
    {
        var (first, second) = (TestModels.Movie(new Random(1), Dimension), TestModels.Movie(new Random(2), Dimension));

        var model = TestModels.Model(1, 20, Dimension).WithMovie(3, first).WithMovie(4, first).WithMovie(3, second);

        Assert.Equal((22, 20), (model.MovieCount, model.RowOf(3)));
        Assert.True(model.RankingRow(20).SequenceEqual(second.Ranking));
        Assert.True(model.RankingRow(21).SequenceEqual(first.Ranking));
    }

    [Fact]
    public void Many_batches_give_what_one_gives()
    {
        var random = new Random(5);
        var movies = Enumerable.Range(1, 300).Select(_ => new FoldedMovie(random.Next(1, 200), TestModels.Movie(random, Dimension))).ToArray();

        var once = TestModels.Model(1, 20, Dimension).WithMovies(movies);
        var model = TestModels.Model(1, 20, Dimension);
        foreach (var batch in movies.Chunk(7))
        {
            var (before, count) = (model, model.MovieCount);
            model = model.WithMovies(batch);
            Assert.Equal(count, before.MovieCount);
        }

        Assert.Equal(once.MovieCount, model.MovieCount);
        Assert.All(Enumerable.Range(20, model.MovieCount - 20), row =>
        {
            Assert.Equal(once.MovieIdOf(row), model.MovieIdOf(row));
            Assert.Equal(row, model.RowOf(model.MovieIdOf(row)));
            Assert.True(once.RankingRow(row).SequenceEqual(model.RankingRow(row)));
            Assert.True(movies.Last(movie => movie.MovieId == model.MovieIdOf(row)).Vectors.Ranking.AsSpan().SequenceEqual(model.RankingRow(row)));
        });
    }

    [Fact]
    public void All_models_of_a_snapshot_are_one_generation_and_say_whose_factors_are_new()
    {
        var first = TestModels.Model(1, 20, Dimension);
        var second = first.WithMovie(3, TestModels.Movie(new Random(1), Dimension));
        var third = second.WithMovie(4, TestModels.Movie(new Random(1), Dimension));
        var fourth = third.WithMovie(3, TestModels.Movie(new Random(2), Dimension));

        Assert.Same(first.Generation, fourth.Generation);
        Assert.NotSame(first.Generation, TestModels.Model(1, 20, Dimension).Generation);
        Assert.True(second.HasFoldedSince(first.FoldedChange, [3]));
        Assert.False(third.HasFoldedSince(second.FoldedChange, [3, 1005, 99]));
        Assert.True(fourth.HasFoldedSince(second.FoldedChange, [1005, 3]));
        Assert.False(fourth.HasFoldedSince(fourth.FoldedChange, [3, 4]));
    }

    [Fact]
    public void Movie_of_the_snapshot_keeps_its_trained_factors()
    {
        var model = TestModels.Model(1, 20, Dimension);

        Assert.Same(model, model.WithMovie(1005, TestModels.Movie(new Random(1), Dimension)));
    }

    [Fact]
    public void Vectors_of_another_length_or_not_finite_are_an_error()
    {
        var model = TestModels.Model(1, 20, Dimension);
        var bad = new float[16];
        bad[3] = float.NaN;

        Assert.Throws<ArgumentException>(() => model.WithMovie(3, new MovieVectors(0, new float[8], new float[16])));
        Assert.Throws<ArgumentException>(() => model.WithMovie(3, new MovieVectors(0, new float[16], new float[17])));
        Assert.Throws<ArgumentException>(() => model.WithMovie(3, new MovieVectors(0, new float[16], bad)));
        Assert.Throws<ArgumentException>(() => model.WithMovie(3, new MovieVectors(float.NaN, new float[16], new float[16])));
    }

    [Fact]
    public void Gramian_of_the_users_is_computed_once_for_all_models_of_a_snapshot()
    {
        var model = TestModels.Model(1, 20, Dimension);
        var later = model.WithMovie(3, TestModels.Movie(new Random(1), Dimension));

        Assert.True(later.UserGramian.Equals(model.UserGramian));
        Assert.Equal(
            GramianKernel.Compute(
                model.Snapshot.Users.RankingFactors, model.Stride,
                model.Snapshot.FoldIn.UserWeights(model.Snapshot.Users.Counts)),
            model.UserGramian.ToArray());
    }

    [Fact]
    public void Predicted_stars_are_mean_biases_and_the_product_of_the_factors()
    {
        var model = TestModels.Model(1, 20, Dimension);
        var user = new UserVectors(0.25f, TestModels.Vector(new Random(1), Dimension), new float[16], 1);

        var stars = RatingPrediction.Predict(model, user, 5);

        var mean = TestModels.GlobalMean + 0.25f + model.BiasOf(5) + DotKernel.Dot(user.Rating, model.RatingRow(5));
        Assert.Equal(CensoredStars.Of(mean), stars, 1e-5f);
        Assert.Equal(CensoredStars.Of(TestModels.GlobalMean + 0.25f), RatingPrediction.Predict(model, user, -1));
    }

    [Fact]
    public void Likely_movies_gain_stars_by_how_far_they_score_above_the_mean_movie()
    {
        var model = TestModels.Model(1, 20, Dimension);
        var without = new UserVectors(0, TestModels.Vector(new Random(1), Dimension), new float[16], 1);
        var user = without with { Ranking = TestModels.Vector(new Random(2), Dimension) };
        var (sum, ratings) = (0.0, 0);
        for (var row = 0; row < 20; row++)
        {
            var count = model.Snapshot.Movies.Counts[row];
            (sum, ratings) = (sum + (count * DotKernel.Dot(user.Ranking, model.RankingRow(row))), ratings + count);
        }

        var mean = TestModels.GlobalMean + RatingPrediction.Known(model, without, 5);
        Assert.Equal(CensoredStars.Of(mean), RatingPrediction.Predict(model, without, 5), 1e-5f);
        var gain = (float)(0.5 * (DotKernel.Dot(user.Ranking, model.RankingRow(5)) - (sum / ratings)));
        Assert.Equal(CensoredStars.Of(mean + gain), RatingPrediction.Predict(model, user, 5), 1e-4f);
    }

    [Theory]
    [InlineData(9f, 5f)]
    [InlineData(-9f, 0.5f)]
    public void Predicted_stars_stay_in_range(float bias, float expected)
    {
        var user = new UserVectors(bias, new float[16], new float[16], 1);

        Assert.Equal(expected, RatingPrediction.Predict(TestModels.Model(1, 20, Dimension), user, 5));
        Assert.Equal(expected, RatingPrediction.Predict(TestModels.Model(1, 20, Dimension), user, -1));
    }
}
