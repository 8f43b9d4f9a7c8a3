using System.Collections.Concurrent;
using OnlineCF.Training.Factors.Cpu;

namespace OnlineCF.Training.Tests.Factors;

public sealed class ThreadTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void A_phase_begins_when_the_one_before_has_ended(int threads)
    {
        using var team = new ThreadTeam(threads);
        var (first, second, late) = (0, 0, 0);
        Phase[] phases =
        [
            new(_ => Interlocked.Increment(ref first), () => 100),
            new(
                _ =>
                {
                    Interlocked.Add(ref late, Volatile.Read(ref first) % 100);
                    Interlocked.Increment(ref second);
                },
                () => first / 4),
        ];

        for (var turn = 1; turn <= 50; turn++)
        {
            team.Run(phases);

            Assert.Equal((100 * turn, 0), (first, late));
        }

        Assert.Equal(Enumerable.Range(1, 50).Sum(turn => 25 * turn), second);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Every_piece_is_done_once(int threads)
    {
        using var team = new ThreadTeam(threads);
        var done = new ConcurrentBag<int>();

        team.Run(done.Add, 1000);

        Assert.Equal(Enumerable.Range(0, 1000), done.Order());
    }

    [Fact]
    public void A_failure_ends_the_job_and_not_the_team()
    {
        using var team = new ThreadTeam(3);
        var after = 0;

        var failure = Assert.Throws<InvalidOperationException>(() => team.Run(
            [new(_ => throw new IOException("broken"), () => 9), new(_ => Interlocked.Increment(ref after), () => 9)]));
        team.Run(_ => Interlocked.Increment(ref after), 5);

        Assert.IsType<IOException>(failure.InnerException);
        Assert.Equal(5, after);
    }
}
