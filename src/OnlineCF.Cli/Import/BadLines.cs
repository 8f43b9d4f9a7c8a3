using System.Globalization;

namespace OnlineCF.Cli.Import;

/// <summary>Reports lines that cannot be used: the first ones with file, line and reason, then only their number.</summary>
/// <param name="write">Takes a line's number and what is to be told of it.</param>
internal sealed class BadLines(Action<long, string> write)
{
    /// <summary>Tells at once.</summary>
    public BadLines(Action<string> write)
        : this((_, text) => write(text))
    {
    }

    /// <summary>How many are told one by one.</summary>
    public const int Told = 20;

    /// <summary>How many there were.</summary>
    public long Count { get; private set; }

    /// <summary>Tells one, or only counts it.</summary>
    public void Add(string file, long line, string reason)
    {
        Count++;
        if (Count <= Told)
        {
            write(line, string.Create(CultureInfo.InvariantCulture, $"{file}:{line}: {reason}"));
        }
    }

    /// <summary>Says how many were not told one by one, if any.</summary>
    public void Summarize(string what)
    {
        if (Count > Told)
        {
            write(long.MaxValue, string.Create(CultureInfo.InvariantCulture, $"{Count - Told:N0} more {what}."));
        }
    }
}
