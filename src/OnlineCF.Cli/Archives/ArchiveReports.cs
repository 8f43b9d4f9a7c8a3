using System.Globalization;
using OnlineCF.Cli.Output;
using OnlineCF.Core.Archives;
using Spectre.Console;

namespace OnlineCF.Cli.Archives;

/// <summary>Shows how far an archive is: a live line on a terminal, else a line now and then.</summary>
internal sealed class ArchiveReports : IProgress<ArchiveProgress>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly Terminal _terminal;
    private readonly string _title;
    private readonly StatusContext? _status;
    private readonly Lock _lock = new();
    private long _shownAt;

    private ArchiveReports(Terminal terminal, string title, StatusContext? status) =>
        (_terminal, _title, _status, _shownAt) = (terminal, title, status, terminal.Time.GetTimestamp());

    /// <summary>Runs the work while showing its progress.</summary>
    public static async Task<TResult> RunAsync<TResult>(Terminal terminal, string title, Func<ArchiveReports, Task<TResult>> work) =>
        terminal.IsLive
            ? await terminal.ErrorConsole.Status().StartAsync(title, status => work(new ArchiveReports(terminal, title, status)))
            : await work(new ArchiveReports(terminal, title, null));

    /// <inheritdoc/>
    public void Report(ArchiveProgress value)
    {
        var text = value.Total > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{_title}: {value.Part}, {value.Done:N0} of {value.Total:N0}")
            : string.Create(CultureInfo.InvariantCulture, $"{_title}: {value.Part}, {value.Done:N0}");
        lock (_lock)
        {
            if (_status is not null)
            {
                _status.Status(Markup.Escape(text));
            }
            else if (_terminal.Time.GetElapsedTime(_shownAt) >= Interval)
            {
                _shownAt = _terminal.Time.GetTimestamp();
                _terminal.Note(text);
            }
        }
    }
}
