using OnlineCF.Cli.Replay;

namespace OnlineCF.Cli.Tests.Replay;

public sealed class NextLikedTests
{
    [Fact]
    public void Places_count_by_how_high_they_are_and_not_beyond_ten_or_twenty()
    {
        var figures = new NextLiked();
        foreach (var place in new[] { 0, 2, 9, 10, 19, -1, 20, -1 })
        {
            figures.OnLiked(place);
        }

        Assert.Equal(3 / 8.0, figures.HitRate10);
        Assert.Equal(5 / 8.0, figures.Recall20);
        Assert.Equal((1 + 0.5 + (1 / Math.Log2(11))) / 8, figures.Ndcg10, 12);
        Assert.True(double.IsNaN(figures.ReturnHitRate10));
    }

    [Fact]
    public void Those_who_come_back_have_a_rate_of_their_own()
    {
        var figures = new NextLiked();
        figures.OnReturn(9);
        figures.OnReturn(10);
        figures.OnReturn(-1);

        Assert.Equal(1 / 3.0, figures.ReturnHitRate10);
        Assert.True(double.IsNaN(figures.HitRate10));
        Assert.True(double.IsNaN(figures.Ndcg10));
        Assert.True(double.IsNaN(figures.Recall20));
    }

    [Fact]
    public void Past_of_an_hour_before_grows_with_the_moment()
    {
        const long Hour = 3_600_000_000;
        var past = new UserPast();
        Assert.Equal(0, past.OldAt(0));
        past.Add(new(1, 10, 5, 0));
        past.Add(new(1, 11, 5, Hour / 2));

        Assert.Equal(0, past.OldAt(Hour - 1));
        Assert.Equal(1, past.OldAt(Hour));
        Assert.Equal(1, past.OldAt(Hour + (Hour / 2) - 1));
        Assert.Equal(2, past.OldAt(Hour * 2));
    }
}
