using OnlineCF.Core.Models;
using OnlineCF.Core.Ratings;

namespace OnlineCF.Core.Tests.Models;

public sealed class FoldInParametersTests
{
    private static readonly FoldInParameters Parameters = new(LikedSlope: 0.5f, DislikedWeight: 0.05f);

    [Theory]
    [InlineData(5f, 1.5f, 1f)]
    [InlineData(4.5f, 1.25f, 1f)]
    [InlineData(4f, 1f, 1f)]
    [InlineData(3.5f, 0.075f, 0f)]
    [InlineData(3f, 0.1f, 0f)]
    [InlineData(0.5f, 0.225f, 0f)]
    public void A_rating_weighs_the_more_the_farther_it_is_from_the_line(float value, float weight, float target)
    {
        var preference = Parameters.PreferenceOf(value);

        Assert.Equal(weight, preference.Weight, 1e-6f);
        Assert.Equal(target, preference.Target);
    }

    [Fact]
    public void Every_rating_has_a_weight()
    {
        for (var value = Rating.MinValue; value <= Rating.MaxValue; value += 0.01f)
        {
            Assert.True(Parameters.PreferenceOf(value).Weight > 0, $"{value}");
        }
    }

    [Fact]
    public void The_line_between_disliked_and_liked_lies_at_four_stars()
    {
        Assert.Equal(0, Parameters.PreferenceOf(MathF.BitDecrement(Rating.LikedValue)).Target);
        Assert.Equal(1, Parameters.PreferenceOf(Rating.LikedValue).Target);
    }
}
