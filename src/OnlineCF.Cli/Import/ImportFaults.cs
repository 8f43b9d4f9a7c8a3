namespace OnlineCF.Cli.Import;

/// <summary>
/// The lines that came to nothing, told in the file's own order: a file is read ahead of the server's answers, so
/// what is known of a line waits until all lines before it are judged.
/// </summary>
internal sealed class ImportFaults
{
    private readonly List<(long Line, string Text)> _held = [];
    private readonly Action<string> _write;

    /// <summary>None yet.</summary>
    public ImportFaults(Action<string> write)
    {
        _write = write;
        Skipped = new BadLines(Hold);
        Rejected = new BadLines(Hold);
    }

    /// <summary>Lines that cannot be read.</summary>
    public BadLines Skipped { get; }

    /// <summary>What the server did not take.</summary>
    public BadLines Rejected { get; }

    /// <summary>Tells of the lines up to and with this one.</summary>
    public void TellThrough(long line)
    {
        foreach (var (_, text) in _held.Where(x => x.Line <= line).OrderBy(x => x.Line))
        {
            _write(text);
        }

        _held.RemoveAll(x => x.Line <= line);
    }

    /// <summary>Tells all that is left.</summary>
    public void TellAll() => TellThrough(long.MaxValue);

    /// <summary>Tells all that is left, and how many more there were.</summary>
    public void Summarize()
    {
        Skipped.Summarize("lines could not be used");
        Rejected.Summarize("ratings or movies were rejected");
        TellAll();
    }

    private void Hold(long line, string text) => _held.Add((line, text));
}
