namespace OnlineCF.Cli;

/// <summary>Everything the command line takes from outside, so that a test can stand in for it.</summary>
internal sealed record CliEnvironment
{
    /// <summary>Answers go here, and nothing else.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Progress, notes and errors go here.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Whether <see cref="Out"/> is a terminal.</summary>
    public bool OutIsTerminal { get; init; }

    /// <summary>Whether <see cref="Error"/> is a terminal.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>Columns of <see cref="Out"/>; null for as many as its terminal has.</summary>
    public int? Width { get; init; }

    /// <summary>Clock and timers.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where marks of unfinished imports live.</summary>
    public required string StateFolder { get; init; }

    /// <summary>Environment variables; null for one that is not set.</summary>
    public Func<string, string?> Variable { get; init; } = _ => null;

    /// <summary>The environment of this process.</summary>
    public static CliEnvironment OfProcess() => new()
    {
        Out = Console.Out,
        Error = Console.Error,
        OutIsTerminal = !Console.IsOutputRedirected,
        ErrorIsTerminal = !Console.IsErrorRedirected,
        StateFolder = StateFolderOfUser(),
        Variable = Environment.GetEnvironmentVariable,
    };

    // The XDG base directory specification's state folder; on Windows the local application data.
    private static string StateFolderOfUser()
    {
        var folder = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
        if (string.IsNullOrEmpty(folder))
        {
            folder = OperatingSystem.IsWindows()
                ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
        }

        return Path.Combine(folder, "onlinecf");
    }
}
