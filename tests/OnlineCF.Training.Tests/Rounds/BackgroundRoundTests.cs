using OnlineCF.Training.Rounds;

namespace OnlineCF.Training.Tests.Rounds;

public sealed class BackgroundRoundTests
{
    [Fact]
    public void What_a_round_asks_is_done_by_the_callers_thread()
    {
        var caller = Environment.CurrentManagedThreadId;
        var reports = new List<(int Report, int Thread)>();

        var (own, asked) = BackgroundRound.Run(round =>
        {
            round.Heard(new Listener(report => reports.Add((report, Environment.CurrentManagedThreadId)))).Report(7);
            return (Environment.CurrentManagedThreadId, round.Ask(() => Environment.CurrentManagedThreadId));
        });

        Assert.NotEqual(caller, own);
        Assert.Equal(caller, asked);
        Assert.Equal([(7, caller)], reports);
    }

    [Fact]
    public void What_a_question_throws_the_round_gets_and_what_the_round_throws_the_caller_gets()
    {
        var thrown = Assert.Throws<InvalidDataException>(() => BackgroundRound.Run(round =>
        {
            var inner = Assert.Throws<IOException>(() => round.Ask<int>(() => throw new IOException("asked")));
            return inner.Message == "asked" ? throw new InvalidDataException("done") : 0;
        }));

        Assert.Equal("done", thrown.Message);
    }

    private sealed class Listener(Action<int> report) : IProgress<int>
    {
        public void Report(int value) => report(value);
    }
}
