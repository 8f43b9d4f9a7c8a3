using System.Security.Cryptography;

namespace OnlineCF.Server.Hosting;

/// <summary>What is wrong with files that people name.</summary>
internal static class FileFault
{
    /// <summary>Why reading fails; null where it does not.</summary>
    public static string? Of(Action read)
    {
        try
        {
            read();
            return null;
        }
        catch (Exception exception) when (IsOne(exception))
        {
            return exception.Message;
        }
    }

    /// <summary>Whether an exception is about the files and not about the server.</summary>
    public static bool IsOne(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException;
}
