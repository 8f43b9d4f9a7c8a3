namespace OnlineCF.Scoring.Tests;

public sealed class UserFoldInTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 3)]
    [InlineData(16, 5)]
    [InlineData(50, 200)]
    [InlineData(130, 40)]
    public void Fold_equals_the_dense_reference_solve(int dimension, int count)
    {
        var model = TestModels.Model(dimension, 400, dimension);
        RatedRow[] ratings = [.. TestModels.Ratings(new Random(count), 400, count), new(-1, 4.5f)];

        var user = UserFoldIn.Fold(model, ratings);

        var (bias, rating) = DenseReference.Rating(model, ratings);
        Assert.Equal(bias, user.Bias, 1e-5);
        AssertClose(rating, user.Rating, 1e-5);
        AssertClose(DenseReference.Ranking(model, ratings), user.Ranking, 1e-5);
        Assert.Equal(count, user.KnownRatings);
    }

    private static void AssertClose(double[] expected, float[] actual, double tolerance)
    {
        for (var j = 0; j < actual.Length; j++)
        {
            Assert.Equal(j < expected.Length ? expected[j] : 0, actual[j], tolerance);
        }
    }
}
