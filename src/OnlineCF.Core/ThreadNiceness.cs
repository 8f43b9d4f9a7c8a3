using System.Runtime.InteropServices;

namespace OnlineCF.Core;

/// <summary>
/// Puts a thread behind those who serve: it has the processor when nobody else wants it, and a tenth of what they
/// get when they do. On Linux a thread's priority in .NET does nothing, but each thread has its own niceness.
/// </summary>
public static partial class ThreadNiceness
{
    /// <summary>A weight of 110 in the scheduler, where a normal thread has 1024.</summary>
    public const int Background = 10;

    private const int PriorityOfProcess = 0;
    private const int CallingThread = 0;

    /// <summary>Puts the calling thread, and all threads that it starts from now on, behind; there is no way back.</summary>
    public static void GiveWay()
    {
        if (OperatingSystem.IsLinux())
        {
            // Refused where the process is nicer already, which is as good.
            _ = SetPriority(PriorityOfProcess, CallingThread, Background);
        }
        else
        {
            Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
        }
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetPriority(int which, int who, int niceness);
}
