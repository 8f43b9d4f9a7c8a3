using System.Globalization;
using OnlineCF.Cli.Output;
using OnlineCF.Training.Search;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace OnlineCF.Cli.Tune;

/// <summary>Shows how a search goes: a live bar on a terminal, else a line now and then.</summary>
internal sealed class TuneProgress(Terminal terminal, Action<SearchForecast> tell, Action<SearchProgress> show) : ISearchObserver
{
    private const string Title = "Searching";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>Runs the search while showing its progress.</summary>
    public static async Task RunAsync(Terminal terminal, Action<SearchForecast> forecast, Func<ISearchObserver, Task> search)
    {
        if (!terminal.IsLive)
        {
            await search(new TuneProgress(terminal, forecast, Lines(terminal)));
            return;
        }

        var progress = terminal.ErrorConsole.Progress().AutoClear(false).HideCompleted(false);
        progress.RefreshRate = TimeSpan.FromMilliseconds(200);
        var pace = new PaceColumn();
        progress.Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), pace);
        await progress.StartAsync(async context =>
        {
            var task = context.AddTask(Title, maxValue: 1);
            await search(new TuneProgress(terminal, forecast, progress =>
            {
                task.Value = progress.Fraction;
                pace.Text = Pace(progress);
            }));
            task.StopTask();
        });
    }

    /// <inheritdoc/>
    public void OnForecast(SearchForecast forecast) => tell(forecast);

    /// <inheritdoc/>
    public void OnProgress(SearchProgress progress) => show(progress);

    /// <inheritdoc/>
    public void OnPointEnded(PointResult point) => terminal.Note($"{point.Point}: {point.Reason}.");

    /// <summary>A time span for people.</summary>
    public static string Show(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}")
        : string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}:{time.Seconds:00}");

    private static Action<SearchProgress> Lines(Terminal terminal)
    {
        var shownAt = terminal.Time.GetTimestamp();
        return progress =>
        {
            if (terminal.Time.GetElapsedTime(shownAt) >= Interval || progress is { Fraction: >= 1, Epoch: 0 })
            {
                shownAt = terminal.Time.GetTimestamp();
                terminal.Note(string.Create(CultureInfo.InvariantCulture, $"{Title}: {progress.Fraction:P0}, ") + Pace(progress));
            }
        };
    }

    private static string Pace(SearchProgress progress) => $"fold {progress.Fold}, {progress.Point}, {Show(progress.Left)} left";

    private sealed class PaceColumn : ProgressColumn
    {
        public string Text { get; set; } = "";

        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => new Text(Text);
    }
}
