using OnlineCF.Grains.Training;

namespace OnlineCF.Grains.Tests.Training;

public sealed class OrderedReportsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Report_is_sent_when_the_one_before_has_arrived_or_is_lost()
    {
        var lost = new List<Exception>();
        var sent = new List<int>();
        var reports = new OrderedReports(lost.Add);
        var first = new TaskCompletionSource();
        var done = new TaskCompletionSource();
        reports.Send(() => SendAsync(1, first.Task));
        reports.Send(() => SendAsync(2, Task.FromException(new TimeoutException())));
        reports.Send(() =>
        {
            done.SetResult();
            return SendAsync(3, Task.CompletedTask);
        });

        Assert.False(done.Task.IsCompleted);
        first.SetResult();
        await done.Task.WaitAsync(Token);

        Assert.Equal([1, 2], sent.Take(2));
        Assert.IsType<TimeoutException>(Assert.Single(lost));

        Task SendAsync(int number, Task arrival)
        {
            sent.Add(number);
            return arrival;
        }
    }
}
