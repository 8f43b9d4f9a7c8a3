using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using OnlineCF.Core;

namespace OnlineCF.Training.Rounds;

/// <summary>
/// Runs a round on a thread of its own that gives way to whoever serves, while the caller waits and does what the
/// round asks of it. Reading the log and reporting are the caller's: they may make the thread pool start a
/// thread, and that one would inherit the round's place behind everybody.
/// </summary>
internal sealed class BackgroundRound
{
    private readonly BlockingCollection<Action> _calls = [];

    private BackgroundRound()
    {
    }

    /// <summary>Returns what the work returns, or throws what it throws, when it has ended.</summary>
    public static T Run<T>(Func<BackgroundRound, T> work)
    {
        var round = new BackgroundRound();
        var (result, failure) = (default(T)!, default(ExceptionDispatchInfo));
        var thread = new Thread(() =>
        {
            ThreadNiceness.GiveWay();
            failure = Failure(() => result = work(round));
            round._calls.CompleteAdding();
        })
        { Name = "training 0", IsBackground = true };
        thread.Start();
        foreach (var call in round._calls.GetConsumingEnumerable())
        {
            call();
        }

        thread.Join();
        round._calls.Dispose();
        failure?.Throw();
        return result;
    }

    /// <summary>Has the caller's thread do something, and waits for it.</summary>
    public T Ask<T>(Func<T> question)
    {
        using var done = new ManualResetEventSlim();
        var (result, failure) = (default(T)!, default(ExceptionDispatchInfo));
        _calls.Add(() =>
        {
            failure = Failure(() => result = question());
            done.Set();
        });
        done.Wait();
        failure?.Throw();
        return result;
    }

    /// <summary>Hears on the caller's thread what is reported on the round's.</summary>
    public IProgress<TReport> Heard<TReport>(IProgress<TReport> progress) => new CallersProgress<TReport>(this, progress);

    private static ExceptionDispatchInfo? Failure(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception e)
        {
            // Thrown again on the thread that waits.
            return ExceptionDispatchInfo.Capture(e);
        }
    }

    private sealed class CallersProgress<TReport>(BackgroundRound round, IProgress<TReport> progress) : IProgress<TReport>
    {
        public void Report(TReport value) => round.Ask(() =>
        {
            progress.Report(value);
            return true;
        });
    }
}
