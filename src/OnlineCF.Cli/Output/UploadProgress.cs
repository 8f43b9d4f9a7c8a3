using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace OnlineCF.Cli.Output;

/// <summary>Shows how far a stream of ratings has come: a live bar on a terminal, else a line now and then.</summary>
internal abstract class UploadProgress(TimeProvider time)
{
    private readonly long _startedAt = time.GetTimestamp();

    /// <summary>Ratings answered per second since the start.</summary>
    protected double RatingsPerSecond { get; private set; }

    /// <summary>Time left at the speed so far; null while it cannot be told.</summary>
    protected TimeSpan? Left { get; private set; }

    /// <summary>Runs the work while showing its progress.</summary>
    public static async Task RunAsync(Terminal terminal, string title, Func<UploadProgress, Task> work)
    {
        if (!terminal.IsLive)
        {
            await work(new Lines(terminal, title));
            return;
        }

        var progress = terminal.ErrorConsole.Progress().AutoClear(false).HideCompleted(false);
        progress.RefreshRate = TimeSpan.FromMilliseconds(200);
        var columns = new Columns();
        progress.Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), columns);
        await progress.StartAsync(async context =>
        {
            var task = context.AddTask(title, maxValue: 1);
            await work(new Live(terminal.Time, task, columns));
            task.StopTask();
        });
    }

    /// <summary>Tells how far it is.</summary>
    /// <param name="ratings">Answered in this run.</param>
    /// <param name="fraction">Of the whole, 0 to 1.</param>
    /// <param name="startFraction">Where this run began, 0 to 1.</param>
    public void Report(long ratings, double fraction, double startFraction)
    {
        var elapsed = time.GetElapsedTime(_startedAt);
        RatingsPerSecond = elapsed > TimeSpan.Zero ? ratings / elapsed.TotalSeconds : 0;
        Left = fraction > startFraction && elapsed > TimeSpan.Zero
            ? elapsed * ((1 - fraction) / (fraction - startFraction))
            : null;
        Show(ratings, fraction);
    }

    /// <summary>Draws the state.</summary>
    protected abstract void Show(long ratings, double fraction);

    /// <summary>Speed and time left, in words.</summary>
    protected string Pace(long ratings) => string.Create(
        CultureInfo.InvariantCulture, $"{ratings:N0} ratings, {RatingsPerSecond:N0}/s")
        + (Left is { } left ? $", {Math.Max(0, (int)left.TotalMinutes)}:{left.Seconds:00} left" : "");

    private sealed class Live(TimeProvider time, ProgressTask task, Columns columns) : UploadProgress(time)
    {
        protected override void Show(long ratings, double fraction)
        {
            task.Value = fraction;
            columns.Pace = Pace(ratings);
        }
    }

    private sealed class Columns : ProgressColumn
    {
        public string Pace { get; set; } = "";

        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => new Text(Pace);
    }

    private sealed class Lines(Terminal terminal, string title) : UploadProgress(terminal.Time)
    {
        private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
        private long _shownAt = terminal.Time.GetTimestamp();

        protected override void Show(long ratings, double fraction)
        {
            if (terminal.Time.GetElapsedTime(_shownAt) >= Interval)
            {
                _shownAt = terminal.Time.GetTimestamp();
                terminal.Note(string.Create(CultureInfo.InvariantCulture, $"{title}: {fraction:P0}, ") + Pace(ratings));
            }
        }
    }
}
