using OnlineCF.Cli.Import;
using OnlineCF.Cli.Tests.Fakes;

namespace OnlineCF.Cli.Tests.Import;

public sealed class ServerPatienceTests
{
    private readonly HurryingTime _time = new();

    [Fact]
    public async Task Pauses_double_and_end_after_a_minute()
    {
        var patience = new ServerPatience(_time);
        while (await patience.WaitAsync(TestContext.Current.CancellationToken))
        {
        }

        Assert.Equal([0.25, 0.5, 1, 2, 4, 8], _time.Pauses.Take(6).Select(x => x.TotalSeconds));
        Assert.Equal(ServerPatience.Limit, _time.Pauses.Aggregate(TimeSpan.Zero, (sum, x) => sum + x));
    }

    [Fact]
    public async Task An_answer_starts_patience_anew()
    {
        var patience = new ServerPatience(_time);
        while (await patience.WaitAsync(TestContext.Current.CancellationToken))
        {
        }

        patience.OnAnswer();

        Assert.True(await patience.WaitAsync(TestContext.Current.CancellationToken));
        Assert.Equal(TimeSpan.FromMilliseconds(250), _time.Pauses[^1]);
    }
}
