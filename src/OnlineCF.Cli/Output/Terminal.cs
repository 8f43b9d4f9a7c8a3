using System.Globalization;
using Spectre.Console;

namespace OnlineCF.Cli.Output;

/// <summary>Where answers and messages go: answers to stdout, all the rest to stderr.</summary>
internal sealed class Terminal
{
    // Tables in a pipe or file are not cut to a guessed width of 80.
    private const int RedirectedWidth = 200;

    // Below this, tables leave out what is not needed to read them.
    private const int RoomyWidth = 100;

    // Narrower than any table.
    private const int LeastWidth = 20;

    private readonly CliEnvironment _environment;
    private readonly IAnsiConsole _out;
    private bool _ended;

    /// <summary>Consoles over the environment's writers.</summary>
    public Terminal(CliEnvironment environment)
    {
        _environment = environment;
        _out = CreateConsole(environment.Out, environment.OutIsTerminal);
        if ((environment.Width ?? ColumnsOf(environment)) is { } width)
        {
            _out.Profile.Width = width;
        }

        ErrorConsole = CreateConsole(environment.Error, environment.ErrorIsTerminal);
    }

    /// <summary>For live progress; messages written to it stand above the live part.</summary>
    public IAnsiConsole ErrorConsole { get; }

    /// <summary>Whether live progress makes sense.</summary>
    public bool IsLive => _environment.ErrorIsTerminal;

    /// <summary>Whether there is little room for tables.</summary>
    public bool IsNarrow => _out.Profile.Width < RoomyWidth;

    /// <summary>Clock and timers.</summary>
    public TimeProvider Time => _environment.Time;

    /// <summary>Writes a line of the answer.</summary>
    public void WriteLine(string text) => _environment.Out.WriteLine(Printable.Of(text));

    /// <summary>Writes a table of the answer.</summary>
    public void Write(Table table) => _out.Write(table);

    /// <summary>Writes a table of the answer.</summary>
    public void Write(FittedTable table) => Write(table.Table);

    /// <summary>Writes a message for people to stderr.</summary>
    public void Note(string text)
    {
        if (IsLive)
        {
            ErrorConsole.WriteLine(Printable.Of(text));
        }
        else
        {
            _environment.Error.WriteLine(Printable.Of(text));
        }
    }

    /// <summary>Writes a message that says why all ends; only the first one is written.</summary>
    public void NoteEnd(string text)
    {
        if (!Interlocked.Exchange(ref _ended, true))
        {
            Note(text);
        }
    }

    // As POSIX has it: who sets it says how wide the output is, whatever it goes to.
    private static int? ColumnsOf(CliEnvironment environment) =>
        int.TryParse(environment.Variable("COLUMNS"), NumberStyles.None, CultureInfo.InvariantCulture, out var columns) && columns >= LeastWidth
            ? columns
            : null;

    private static IAnsiConsole CreateConsole(TextWriter writer, bool isTerminal)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!isTerminal)
        {
            console.Profile.Width = RedirectedWidth;
            console.Profile.Capabilities.Unicode = true;
        }

        return console;
    }
}
