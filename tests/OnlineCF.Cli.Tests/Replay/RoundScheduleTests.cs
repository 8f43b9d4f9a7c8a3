using OnlineCF.Cli.Replay;

namespace OnlineCF.Cli.Tests.Replay;

public sealed class RoundScheduleTests
{
    [Fact]
    public void Rounds_come_after_so_many_ratings_and_later_after_a_tenth()
    {
        var schedule = new RoundSchedule(minNewRatings: 1000);

        var rounds = Enumerable.Range(0, 20_000).Where(x => schedule.IsDue(x)).ToList();

        Assert.Equal(Enumerable.Range(1, 10).Select(x => x * 1000), rounds.Take(10));
        Assert.Equal([11_111, 12_345, 13_716], rounds.Skip(10).Take(3));
    }
}
