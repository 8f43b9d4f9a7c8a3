using OnlineCF.Cli.Commands;

namespace OnlineCF.Cli.Local;

/// <summary>The folder that results are written to.</summary>
internal static class OutputFolder
{
    /// <summary>Makes the folder where it is not there yet.</summary>
    /// <param name="folder">As it was typed.</param>
    /// <param name="option">What it was typed after.</param>
    /// <exception cref="CommandException">It cannot be made.</exception>
    public static void Create(string folder, string option)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // The system's own reason would speak of a file.
            var why = File.Exists(folder) ? "a file has that name" : e is UnauthorizedAccessException ? "it is not allowed there" : "";
            throw new CommandException(
                ExitCodes.Error, $"The folder '{folder}' cannot be made{(why.Length > 0 ? ": " : "")}{why}. Name another one with {option}.", e);
        }
    }
}
