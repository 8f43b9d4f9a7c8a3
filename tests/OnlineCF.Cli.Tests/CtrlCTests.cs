using Microsoft.Extensions.Time.Testing;
using OnlineCF.Cli.Commands;

namespace OnlineCF.Cli.Tests;

public sealed class CtrlCTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<int> _exits = [];
    private readonly CtrlC _ctrlC;

    public CtrlCTests() => _ctrlC = new CtrlC(_time, _exits.Add);

    public void Dispose() => _ctrlC.Dispose();

    [Fact]
    public void The_first_asks_the_verb_to_end()
    {
        _ctrlC.OnSignal();

        Assert.True(_ctrlC.Token.IsCancellationRequested);
        Assert.Empty(_exits);
    }

    [Fact]
    public void A_signal_that_comes_twice_at_once_counts_once()
    {
        _ctrlC.OnSignal();
        _ctrlC.OnSignal();

        Assert.Empty(_exits);
    }

    [Fact]
    public void Another_one_later_ends_the_process()
    {
        _ctrlC.OnSignal();
        _time.Advance(CtrlC.Bounce);
        _ctrlC.OnSignal();

        Assert.Equal([ExitCodes.Interrupted], _exits);
    }

    [Fact]
    public void A_verb_that_does_not_end_is_not_waited_for_longer_than_its_time()
    {
        _ctrlC.OnSignal();
        _time.Advance(CtrlC.TimeToEnd);

        Assert.Equal([ExitCodes.Interrupted], _exits);
    }
}
