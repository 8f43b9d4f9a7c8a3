using OnlineCF.Client.Streams;
using OnlineCF.Client.Tests.Fakes;

namespace OnlineCF.Client.Tests.Streams;

public sealed class GrowingPausesTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly HurryingTime _time = new();

    [Fact]
    public async Task Pauses_double_and_end_after_a_minute()
    {
        var pauses = Pauses();
        await WaitToTheEndAsync(pauses);

        Assert.Equal([0.25, 0.5, 1, 2, 4, 8], _time.Pauses.Take(6).Select(x => x.TotalSeconds));
        Assert.Equal(Limit, _time.Pauses.Aggregate(TimeSpan.Zero, (sum, x) => sum + x));
    }

    [Fact]
    public async Task Patience_starts_anew_with_a_success()
    {
        var pauses = Pauses();
        await WaitToTheEndAsync(pauses);
        pauses.OnSuccess();

        Assert.True(await pauses.WaitAsync(TestContext.Current.CancellationToken));
        Assert.Equal(TimeSpan.FromMilliseconds(250), _time.Pauses[^1]);
    }

    private GrowingPauses Pauses() => new(TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(8), Limit, _time);

    private static async Task WaitToTheEndAsync(GrowingPauses pauses)
    {
        while (await pauses.WaitAsync(TestContext.Current.CancellationToken))
        {
        }
    }
}
