namespace OnlineCF.Grains.Training;

/// <summary>Sends reports one after the other, in the order in which they were made. For one thread.</summary>
internal sealed class OrderedReports(Action<Exception> onLost)
{
    private Task _last = Task.CompletedTask;

    /// <summary>Sends a report when the one before has arrived, or has been lost.</summary>
    public void Send(Func<Task> report) => _last = SendAfterAsync(_last, report);

    private async Task SendAfterAsync(Task before, Func<Task> report)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await report();
        }
        catch (Exception exception)
        {
            onLost(exception);
        }
    }
}
