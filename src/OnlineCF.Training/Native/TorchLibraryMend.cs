using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace OnlineCF.Training.Native;

/// <summary>
/// TorchSharp's native library is built with GCC 13 and asks for one symbol that libstdc++ has had only
/// since then (GLIBCXX_3.4.32). Debian 12, Ubuntu 22.04 and RHEL 9 are older. The symbol starts the standard
/// streams; ios_base::Init's constructor, in every libstdc++, does the same and reads no argument. A mended
/// copy asks for that one instead; the library as installed is never written to.
/// </summary>
internal static class TorchLibraryMend
{
    /// <summary>The symbol an old libstdc++ lacks.</summary>
    public const string MissingSymbol = "_ZSt21ios_base_library_initv";

    private const string MissingVersion = "GLIBCXX_3.4.32";
    private const string EquivalentSymbol = "_ZNSt8ios_base4InitC1Ev";
    private const string EquivalentVersion = "GLIBCXX_3.4";

    /// <summary>Whether the host's libstdc++ already has what the library asks for.</summary>
    /// <exception cref="DllNotFoundException">The host has no libstdc++ at all.</exception>
    public static bool HostIsNewEnough()
    {
        var handle = NativeLibrary.Load("libstdc++.so.6");
        return NativeLibrary.TryGetExport(handle, MissingSymbol, out _);
    }

    /// <summary>The mended bytes of the library.</summary>
    /// <exception cref="InvalidDataException">It does not have the known form.</exception>
    public static byte[] Mend(ReadOnlySpan<byte> library) => ElfVersionedSymbol.Retarget(
        library, MissingSymbol, MissingVersion, EquivalentSymbol, EquivalentVersion);

    /// <summary>
    /// The library to load in place of <paramref name="library"/>: itself when the host is new enough, else
    /// a mended copy in the first of <paramref name="folders"/> that can be written. Safe with several
    /// processes at once: a copy is written beside and renamed, and one that is there is checked byte for byte.
    /// </summary>
    /// <exception cref="InvalidDataException">The library does not have the known form.</exception>
    /// <exception cref="IOException">No folder could be written.</exception>
    public static string PathToLoad(string library, Func<bool> hostIsNewEnough, IEnumerable<string> folders)
    {
        if (hostIsNewEnough())
        {
            return library;
        }

        var mended = Mend(File.ReadAllBytes(library));
        var name = $"libLibTorchSharp-{Convert.ToHexStringLower(SHA256.HashData(mended).AsSpan(0, 8))}.so";
        Exception? last = null;
        foreach (var folder in folders)
        {
            try
            {
                return Place(mended, folder, name);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                last = e;
            }
        }

        throw new IOException("no folder can be written for the mended copy", last);
    }

    private static string Place(byte[] mended, string folder, string name)
    {
        var path = Path.Combine(folder, name);
        if (Holds(path, mended))
        {
            return path;
        }

        CreatePrivately(folder);
        var temporary = Path.Combine(folder, $".{name}.{Guid.NewGuid():n}");
        try
        {
            File.WriteAllBytes(temporary, mended);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }

        return path;
    }

    private static bool Holds(string path, byte[] bytes) =>
        File.Exists(path) && new FileInfo(path).Length == bytes.Length && File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes);

    private static void CreatePrivately(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        // Nobody else may put a library where this process looks for one.
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
