using OnlineCF.Core.Models;

namespace OnlineCF.Scoring.Tests;

public sealed class UserFoldInTests
{
    private const int Movies = 300;

    public static TheoryData<int, int> Sizes
    {
        get
        {
            var sizes = new TheoryData<int, int> { { 50, 200 }, { 130, 40 }, { 131, 300 } };
            for (var dimension = 1; dimension <= 70; dimension++)
            {
                sizes.Add(dimension, 1 + (dimension * 7 % 23));
            }

            return sizes;
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Fold_equals_the_dense_reference_solve(int dimension, int count)
    {
        var model = TestModels.Model(dimension, Movies, dimension);
        RatedRow[] ratings = [.. TestModels.Ratings(new Random(count), Movies, count), new(-1, 4.5f)];

        var user = UserFoldIn.Fold(model, ratings);

        var (bias, rating) = DenseReference.Rating(DenseReference.Movies(model), ratings);
        Assert.Equal(bias, user.Bias, 1e-6);
        AssertPadded(rating, user.Rating, 1e-6);
        AssertPadded(DenseReference.Ranking(DenseReference.Movies(model), ratings, new UserPreference(model, ratings)), user.Ranking, 1e-6);
        Assert.Equal(count, user.KnownRatings);
    }

    [Theory]
    [InlineData(0f, 0.4f)]
    [InlineData(3f, 0f)]
    [InlineData(3f, 0.4f)]
    public void Penalty_is_that_of_the_snapshot(float prior, float growth)
    {
        var parameters = new FoldInParameters(
            RatingL2: growth / 2, RatingPrior: prior, BiasPrior: 2, UnobservedWeight: 0.02f, RankingL2: growth, RankingPrior: prior,
            LikedSlope: 1.5f, DislikedWeight: 0.3f);
        var model = TestModels.Model(3, Movies, 10, parameters);
        var ratings = TestModels.Ratings(new Random(1), Movies, 30);

        var user = UserFoldIn.Fold(model, ratings);

        var (bias, rating) = DenseReference.Rating(DenseReference.Movies(model), ratings);
        Assert.Equal(bias, user.Bias, 1e-6);
        AssertPadded(rating, user.Rating, 1e-6);
        AssertPadded(DenseReference.Ranking(DenseReference.Movies(model), ratings, new UserPreference(model, ratings)), user.Ranking, 1e-6);
    }

    [Fact]
    public void Largest_dimension_solves_its_equations()
    {
        const int dimension = 4096;
        var model = TestModels.Model(1, 40, dimension);
        var ratings = TestModels.Ratings(new Random(2), 40, 12);

        var x = UserFoldIn.Fold(model, ratings).Ranking;

        // The gradient, without the matrix: Σ c (x·y − t) y + α0 Σ_all (x·y) y + λ' x.
        var parameters = model.Snapshot.FoldIn;
        var preference = new UserPreference(model, ratings);
        var weights = 0.0;
        var gradient = new double[dimension];
        for (var row = 0; row < 40; row++)
        {
            AddTo(gradient, model.RankingRow(row), parameters.UnobservedWeight * Dot(x, model.RankingRow(row)));
        }

        foreach (var (row, value) in ratings)
        {
            var (weight, target) = preference.Of(value);
            AddTo(gradient, model.RankingRow(row), weight * (Dot(x, model.RankingRow(row)) - target));
            weights += weight;
        }

        AddTo(gradient, x, (parameters.RankingL2 * weights) + parameters.RankingPrior);
        Assert.True(Dot(x, x) > 0.01);
        Assert.All(gradient, slope => Assert.Equal(0, slope, 1e-6));
    }

    [Fact]
    public void User_without_ratings_has_zero_vectors()
    {
        var user = UserFoldIn.Fold(TestModels.Model(1, Movies, 8), []);

        Assert.Equal((0f, 0), (user.Bias, user.KnownRatings));
        Assert.All([.. user.Rating, .. user.Ranking], value => Assert.Equal(0, value));
        Assert.Equal(16, user.Ranking.Length);
    }

    [Fact]
    public void Ratings_of_unknown_movies_change_the_bias_and_nothing_else()
    {
        var model = TestModels.Model(1, Movies, 8);

        var user = UserFoldIn.Fold(model, [new(-1, 5), new(-1, 4)]);

        Assert.Equal((5 + 4 - (2 * TestModels.GlobalMean)) / 2.5f, user.Bias, 1e-6f);
        Assert.Equal(0, user.KnownRatings);
        Assert.All([.. user.Rating, .. user.Ranking], value => Assert.Equal(0, value));
    }

    [Fact]
    public void Rating_of_an_unknown_movie_moves_the_bias_of_a_known_user()
    {
        var model = TestModels.Model(1, Movies, 8);
        RatedRow[] ratings = [.. TestModels.Ratings(new Random(1), Movies, 10).Select(rating => rating with { Value = 4 })];

        var before = UserFoldIn.Fold(model, ratings);
        var after = UserFoldIn.Fold(model, [.. ratings, new(-1, 5)]);

        Assert.True(after.Bias > before.Bias + 0.05f, $"{before.Bias} → {after.Bias}");
        Assert.Equal(before.Ranking, after.Ranking);
    }

    [Theory]
    [InlineData(3f, 2f)]
    [InlineData(4f, 5f)]
    [InlineData(0.5f, 1f)]
    [InlineData(3.9f, 4f)]
    public void Changed_rating_changes_the_ranking_vector(float before, float after)
    {
        var model = TestModels.Model(1, Movies, 8);
        RatedRow[] others = [new(3, 5), new(4, 4), new(5, 2)];

        var old = UserFoldIn.Fold(model, [.. others, new(6, before)]);
        var changed = UserFoldIn.Fold(model, [.. others, new(6, after)]);

        Assert.NotEqual(old.Ranking, changed.Ranking);
        Assert.NotEqual(old.Rating, changed.Rating);
    }

    [Fact]
    public void New_dislike_lowers_the_disliked_movie()
    {
        var model = TestModels.Model(1, Movies, 8);
        RatedRow[] liked = [new(3, 5), new(4, 4)];
        var before = UserFoldIn.Fold(model, liked);
        var row = Enumerable.Range(5, Movies - 5).MaxBy(row => DotKernel.Dot(before.Ranking, model.RankingRow(row)));

        var after = UserFoldIn.Fold(model, [.. liked, new(row, 0.5f)]);

        var (old, lowered) = (
            DotKernel.Dot(before.Ranking, model.RankingRow(row)), DotKernel.Dot(after.Ranking, model.RankingRow(row)));
        Assert.True(lowered < old, $"{old} → {lowered}");
    }

    [Fact]
    public void Without_any_penalty_the_vectors_stay_finite()
    {
        var none = new FoldInParameters(
            RatingL2: 0, RatingPrior: 0, BiasPrior: 0, UnobservedWeight: 0, RankingL2: 0, RankingPrior: 0);
        var model = TestModels.Model(1, Movies, 50, none);

        var user = UserFoldIn.Fold(model, [new(3, 5), new(4, 4), new(5, 1)]);

        Assert.True(float.IsFinite(user.Bias));
        Assert.All([.. user.Rating, .. user.Ranking], value => Assert.True(float.IsFinite(value)));
        Assert.Equal(1, DotKernel.Dot(user.Ranking, model.RankingRow(3)), 1e-3f);
        Assert.Equal(-0.5f, DotKernel.Dot(user.Ranking, model.RankingRow(5)), 1e-3f);
    }

    [Fact]
    public void Movies_with_zero_factors_leave_the_vectors_at_zero()
    {
        var model = TestModels.WholeNumberModel(new Random(1), 3, 8);
        var zero = model.WithMovie(9, new MovieVectors(0.5f, new float[16], new float[16]));

        var user = UserFoldIn.Fold(zero, [new(zero.RowOf(9), 5)]);

        Assert.Equal((5 - TestModels.GlobalMean - 0.5f) / 1.5f, user.Bias, 1e-6f);
        Assert.All([.. user.Rating, .. user.Ranking], value => Assert.Equal(0, value));
    }

    [Fact]
    public void Movie_folded_in_since_counts_like_a_trained_one()
    {
        var random = new Random(4);
        var model = TestModels.Model(1, Movies, 8).WithMovie(5, TestModels.Movie(random, 8));

        var user = UserFoldIn.Fold(model, [new(3, 4), new(model.RowOf(5), 5)]);

        AssertPadded(
            DenseReference.Ranking(DenseReference.Movies(model), [new(3, 4), new(Movies, 5)]), user.Ranking, 1e-6);
        Assert.Equal(2, user.KnownRatings);
    }

    [Fact]
    public void Same_ratings_give_the_same_bits()
    {
        var model = TestModels.Model(1, Movies, 50);
        var ratings = TestModels.Ratings(new Random(1), Movies, 123);

        var (first, second) = (UserFoldIn.Fold(model, ratings), UserFoldIn.Fold(model, ratings));

        Assert.Equal(first.Bias, second.Bias);
        Assert.Equal(first.Rating, second.Rating);
        Assert.Equal(first.Ranking, second.Ranking);
    }

    internal static void AssertPadded(double[] expected, float[] actual, double tolerance)
    {
        Assert.Equal(FactorTable.StrideOf(expected.Length), actual.Length);
        for (var j = 0; j < actual.Length; j++)
        {
            Assert.Equal(j < expected.Length ? expected[j] : 0, actual[j], tolerance);
        }
    }

    private static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0.0;
        for (var j = 0; j < a.Length; j++)
        {
            sum += (double)a[j] * b[j];
        }

        return sum;
    }

    private static void AddTo(double[] sums, ReadOnlySpan<float> row, double factor)
    {
        for (var j = 0; j < sums.Length; j++)
        {
            sums[j] += factor * row[j];
        }
    }
}
