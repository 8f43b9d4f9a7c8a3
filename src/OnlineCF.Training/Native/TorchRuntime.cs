using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using OnlineCF.Training.Factors;
using OnlineCF.Training.Factors.Torch;
using TorchSharp;

namespace OnlineCF.Training.Native;

/// <summary>
/// Brings libtorch up once per process, on any supported Linux without an environment variable or a manual step.
/// Callers must not be inlined into what runs without libtorch: whoever names a type of TorchSharp's loads it.
/// </summary>
public static class TorchRuntime
{
    private const string LibraryName = "LibTorchSharp";
    private const string LibraryFile = "libLibTorchSharp.so";
    private static readonly Lock Gate = new();
    private static bool _initialized;
    private static nint _mended;
    private static string? _temporary;

    /// <summary>
    /// Loads the native libraries. May be called any number of times from any thread; the first call does the work.
    /// </summary>
    /// <param name="log">Takes one line when a mended copy of the native library had to be made.</param>
    /// <exception cref="DllNotFoundException">libtorch cannot be loaded here; the message says why.</exception>
    public static void Initialize(Action<string> log)
    {
        lock (Gate)
        {
            if (_initialized)
            {
                return;
            }

            try
            {
                if (OperatingSystem.IsLinux() && FindLibrary() is { } library)
                {
                    LoadMendedCopyWhereNeeded(library, log);
                }

                torch.InitializeDeviceType(DeviceType.CPU);
            }
            catch (Exception e) when (e is not DllNotFoundException)
            {
                throw new DllNotFoundException($"libtorch cannot be loaded: {e.Message}", e);
            }

            _initialized = true;
        }
    }

    /// <summary>The heads in TorchSharp, on so many threads where they run on cpu.</summary>
    /// <exception cref="DeviceUnavailableException">The device failed, there or in what is later asked of the heads.</exception>
    /// <exception cref="DllNotFoundException">libtorch cannot be loaded here; the message says why.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static IHeads CreateHeads(HeadsPlan plan, string device, int threads, Action<string> log)
    {
        Initialize(log);
        torch.set_num_threads(threads);
        return new GuardedHeads(device, () => new TorchHeads(
            plan.Set, plan.BatchSize, plan.Parameters, plan.Users, plan.Movies, torch.device(device)));
    }

    /// <summary>Whether libtorch finds a CUDA device.</summary>
    /// <exception cref="DllNotFoundException">libtorch cannot be loaded here; the message says why.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static bool CudaIsAvailable(Action<string> log)
    {
        Initialize(log);
        try
        {
            return torch.cuda.is_available();
        }
        catch (Exception e) when (e is NotSupportedException or DllNotFoundException or ExternalException)
        {
            return false;
        }
    }

    /// <summary>Where the program's native libraries lie.</summary>
    internal static IEnumerable<string> NativeFolders()
    {
        var known = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        return known.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append(AppContext.BaseDirectory)
            .Append(Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native"));
    }

    private static void LoadMendedCopyWhereNeeded(string library, Action<string> log)
    {
        string path;
        try
        {
            path = TorchLibraryMend.PathToLoad(library, TorchLibraryMend.HostIsNewEnough, Folders(library));
        }
        catch (Exception e) when (e is InvalidDataException or IOException or ArgumentOutOfRangeException or OverflowException)
        {
            throw new DllNotFoundException(
                $"This system's libstdc++ is older than GCC 13's and {library} could not be adapted to it ({e.Message}). "
                + "A system with a newer libstdc++ (Debian 13, Ubuntu 24.04, RHEL 10) needs no adaptation.", e);
        }

        if (path == library)
        {
            return;
        }

        // The copy may lie elsewhere; what it needs is then found because it is loaded already.
        NativeLibrary.Load(Path.Combine(Path.GetDirectoryName(library)!, "libtorch.so"));
        _mended = NativeLibrary.Load(path);
        if (_temporary is not null)
        {
            // What is loaded stays loaded; nothing is left behind for the next process to find.
            Directory.Delete(_temporary, recursive: true);
        }

        NativeLibrary.SetDllImportResolver(
            typeof(torch).Assembly, (name, _, _) => name == LibraryName ? _mended : 0);
        // TorchSharp also probes by NativeLibrary.TryLoad, which asks no resolver but does raise this event.
        AssemblyLoadContext.GetLoadContext(typeof(torch).Assembly)!.ResolvingUnmanagedDll +=
            (_, name) => name == LibraryName ? _mended : 0;
        log($"libstdc++ here is older than GCC 13's: libtorch runs from an adapted copy of its binding, {path}.");
    }

    private static string? FindLibrary() =>
        NativeFolders().Select(folder => Path.Combine(folder, LibraryFile)).FirstOrDefault(File.Exists);

    private static IEnumerable<string> Folders(string library)
    {
        yield return Path.GetDirectoryName(library)!;
        var cache = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        if (cache.Length > 0)
        {
            yield return Path.Combine(cache, "onlinecf", "native");
        }

        _temporary = Directory.CreateTempSubdirectory("onlinecf-").FullName;
        yield return _temporary;
    }
}
