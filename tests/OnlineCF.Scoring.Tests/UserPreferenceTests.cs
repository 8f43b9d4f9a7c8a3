namespace OnlineCF.Scoring.Tests;

public sealed class UserPreferenceTests
{
    private readonly ServingModel _model = TestModels.Model(1, 200, 16);

    [Theory]
    [InlineData(new[] { 3f, 3f, 3f, 3f, 3f }, 3.24f, true)]
    [InlineData(new[] { 3f, 3f, 3f, 3f, 3f }, 3.26f, false)]
    [InlineData(new[] { 5f, 5f, 5f, 5f, 5f }, 3.99f, true)]
    [InlineData(new[] { 5f, 5f, 5f, 5f, 5f }, 4f, false)]
    [InlineData(new float[0], 3.5f, false)]
    [InlineData(new float[0], 3.4f, true)]
    public void Disliked_is_what_lies_below_the_mean_drawn_to_that_of_all_and_never_a_like(float[] stars, float value, bool disliked) =>
        Assert.Equal(disliked, PreferenceOf(stars).IsDisliked(value));

    [Fact]
    public void Dislikes_aim_below_zero_and_weigh_the_more_the_lower_they_are()
    {
        var preference = PreferenceOf([3.5f]);

        Assert.Equal(-0.5f, preference.Of(0.5f).Target);
        Assert.Equal(0.3f, preference.Of(0.5f).Weight, 1e-6f);
        Assert.Equal(0.15f, preference.Of(2).Weight, 1e-6f);
        Assert.Equal(_model.Snapshot.FoldIn.PreferenceOf(5), preference.Of(5));
        Assert.Equal(_model.Snapshot.FoldIn.PreferenceOf(3.5f), preference.Of(3.5f));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Dislike_lowers_every_movie_that_is_nearer_to_it_than_to_nothing(int seed)
    {
        RatedRow[] liked = [.. TestModels.Ratings(new Random(seed), 100, 5).Select(rating => rating with { Value = 4.5f })];
        var disliked = new RatedRow(150 + seed, 0.5f);
        var (before, after) = (UserFoldIn.Fold(_model, liked).Ranking, UserFoldIn.Fold(_model, [.. liked, disliked]).Ranking);

        // Its pull is along A⁻¹ y, and lowers whatever has y'ᵀ A⁻¹ y above zero, itself first.
        var direction = new float[after.Length];
        for (var j = 0; j < direction.Length; j++)
        {
            direction[j] = after[j] - before[j];
        }

        Assert.True(DotKernel.Dot(direction, _model.RankingRow(disliked.Row)) < 0);
        var alone = UserFoldIn.Fold(_model, [disliked]).Ranking;
        Assert.True(DotKernel.Dot(alone, _model.RankingRow(disliked.Row)) < 0);
    }

    private UserPreference PreferenceOf(float[] stars) => new(_model, [.. stars.Select((value, row) => new RatedRow(row, value))]);
}
