using System.Runtime.ExceptionServices;
using OnlineCF.Core;

namespace OnlineCF.Grains.Replicas;

/// <summary>Long work beside serving: off the grains' threads, on one that gives way to them.</summary>
internal static class BackgroundWork
{
    /// <summary>
    /// Does the work. Whoever waits for it goes on from a thread that does not give way: one that did could make the
    /// thread pool start another, which would inherit its place behind everybody.
    /// </summary>
    public static Task<T> RunAsync<T>(string name, Func<T> work) => Task.Factory.StartNew(
        () => Run(name, work), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static T Run<T>(string name, Func<T> work)
    {
        var (result, failure) = (default(T)!, default(ExceptionDispatchInfo));
        var thread = new Thread(() =>
        {
            ThreadNiceness.GiveWay();
            try
            {
                result = work();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        })
        { Name = name, IsBackground = true };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }
}
