using OnlineCF.Core.Models;
using OnlineCF.Core.Ratings;

namespace OnlineCF.Core.Tests.Models;

public sealed class FoldInParametersTests
{
    private static readonly FoldInParameters Parameters = new(LikedSlope: 0.5f, DislikedWeight: 0.05f);

    [Theory]
    [InlineData(5f, 1.5f)]
    [InlineData(4.5f, 1.25f)]
    [InlineData(4f, 1f)]
    [InlineData(3.5f, 0.075f)]
    [InlineData(3f, 0.1f)]
    [InlineData(0.5f, 0.225f)]
    public void A_rating_weighs_the_more_the_farther_it_is_from_the_line(float value, float weight) =>
        Assert.Equal(weight, Parameters.PreferenceOf(value).Weight, 1e-6f);

    [Fact]
    public void Every_rating_has_a_weight_and_a_target_that_grows_with_it()
    {
        var last = 0f;
        for (var value = Rating.MinValue; value <= Rating.MaxValue; value += 0.01f)
        {
            var (weight, target) = new FoldInParameters().PreferenceOf(value);

            Assert.True(weight > 0, $"{value}");
            Assert.InRange(target, last, 1);
            last = target;
        }
    }

    [Fact]
    public void The_line_between_disliked_and_liked_lies_at_four_stars()
    {
        Assert.InRange(new FoldInParameters().PreferenceOf(MathF.BitDecrement(Rating.LikedValue)).Target, 0, 0.9f);
        Assert.Equal(1, new FoldInParameters().PreferenceOf(Rating.LikedValue).Target);
    }

    [Fact]
    public void Active_users_weigh_less_and_the_mean_over_all_ratings_is_one()
    {
        int[] counts = [1, 16, 0, 81];

        var weights = new FoldInParameters(UserWeightExponent: 0.25f).UserWeights(counts);

        Assert.Equal(0, weights[2]);
        Assert.Equal(weights[0] / 2, weights[1], 1e-5f);
        Assert.Equal(weights[0] / 3, weights[3], 1e-5f);
        Assert.Equal(98, counts.Zip(weights, (count, weight) => count * weight).Sum(), 1e-3f);
    }

    [Fact]
    public void Nobody_weighs_anything_where_nobody_has_rated() =>
        Assert.Equal([0, 0], new FoldInParameters().UserWeights([0, 0]));
}
