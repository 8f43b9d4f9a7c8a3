using System.Collections.Concurrent;
using System.Globalization;
using OnlineCF.Training.Factors.Cpu;
using OnlineCF.Training.Rounds;

namespace OnlineCF.Training.Tests.Factors;

public sealed class ThreadNicenessTests
{
    public ThreadNicenessTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Niceness of a thread is Linux's.");

    [Fact]
    public void All_threads_of_a_round_give_way_and_the_caller_does_not()
    {
        var before = Niceness();
        var seen = new ConcurrentBag<int>();

        var callers = BackgroundRound.Run(round =>
        {
            using var team = new ThreadTeam(3);
            using var together = new Barrier(3);
            team.Run(
                _ =>
                {
                    together.SignalAndWait(TestContext.Current.CancellationToken);
                    seen.Add(Niceness());
                },
                3);
            return round.Ask(Niceness);
        });

        Assert.Equal([10, 10, 10], seen);
        Assert.Equal(before, callers);
        Assert.Equal(before, Niceness());
    }

    // The 19th field of the calling thread's stat; the second is a name in brackets, which may hold blanks.
    private static int Niceness()
    {
        var stat = File.ReadAllText("/proc/thread-self/stat");
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16], CultureInfo.InvariantCulture);
    }
}
