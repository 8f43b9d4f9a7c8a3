using System.Runtime.InteropServices;

namespace OnlineCF.Training.Factors.Cpu;

/// <summary>
/// Zeroed floats outside the managed heap: as many as there is memory for, at an address that suits every vector
/// load, and never copied or moved. Large tables ask for huge pages: rows are drawn at random, and looking up
/// where a small page lies costs more than the row itself.
/// </summary>
internal sealed unsafe partial class AlignedFloats : IDisposable
{
    private const int CacheLineBytes = 64;
    private const int HugePageBytes = 2 << 20;
    private const int AdviceHugePages = 14;

    /// <summary>Takes the memory.</summary>
    public AlignedFloats(long count)
    {
        var bytes = checked((nuint)count * sizeof(float));
        var isLarge = OperatingSystem.IsLinux() && bytes >= HugePageBytes;
        Pointer = (float*)NativeMemory.AlignedAlloc(
            Math.Max(bytes, CacheLineBytes), isLarge ? (nuint)HugePageBytes : CacheLineBytes);
        if (isLarge)
        {
            // A wish: where it is not granted, everything works as before.
            _ = Advise(Pointer, bytes, AdviceHugePages);
        }

        NativeMemory.Clear(Pointer, bytes);
        Count = count;
    }

    /// <summary>Frees what was not disposed.</summary>
    ~AlignedFloats() => NativeMemory.AlignedFree(Pointer);

    /// <summary>The first.</summary>
    public float* Pointer { get; private set; }

    /// <summary>How many there are.</summary>
    public long Count { get; }

    /// <summary>All of them.</summary>
    public Span<float> AsSpan() => new(Pointer, checked((int)Count));

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(Pointer);
        Pointer = null;
        GC.SuppressFinalize(this);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(void* address, nuint length, int advice);
}
