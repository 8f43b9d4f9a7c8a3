namespace OnlineCF.Cli.Commands;

/// <summary>What the process returns; part of the contract, documented in every help.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Ok = 0;

    /// <summary>It did not work; stderr says why.</summary>
    public const int Error = 1;

    /// <summary>The command line itself is wrong.</summary>
    public const int Usage = 2;

    /// <summary>No server answers.</summary>
    public const int NoServer = 3;

    /// <summary>Stopped by Ctrl-C.</summary>
    public const int Interrupted = 130;
}

/// <summary>Ends a verb with a message for people and an exit code.</summary>
internal sealed class CommandException(int exitCode, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>What the process returns.</summary>
    public int ExitCode { get; } = exitCode;
}
