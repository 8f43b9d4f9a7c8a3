using System.Diagnostics;

namespace OnlineCF.Storage.Tests.Contracts;

/// <summary>A file system of a few megabytes, which a test can fill; skips the test where none can be mounted.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TestFolder _folder = new();

    public SmallDisk(int megabytes)
    {
        if (!OperatingSystem.IsLinux() || Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", _folder.Path) != 0)
        {
            _folder.Dispose();
            Assert.Skip("needs the right to mount a small file system");
        }
    }

    public string Path => _folder.Path;

    /// <summary>Takes all room that is left.</summary>
    public void Fill()
    {
        using var ballast = new FileStream(_folder.File("ballast"), FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (var size in new[] { 1 << 16, 1 << 12 })
        {
            try
            {
                while (true)
                {
                    ballast.Write(new byte[size]);
                }
            }
            catch (IOException)
            {
                // Full, to the size of a write.
            }
        }
    }

    /// <summary>Gives the room back.</summary>
    public void Free() => File.Delete(_folder.File("ballast"));

    public void Dispose()
    {
        _ = Run("umount", _folder.Path);
        _folder.Dispose();
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
