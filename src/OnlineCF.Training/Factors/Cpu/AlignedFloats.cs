using System.Runtime.InteropServices;

namespace OnlineCF.Training.Factors.Cpu;

/// <summary>
/// Zeroed floats outside the managed heap: as many as there is memory for, at an address that suits every vector
/// load, and never copied or moved.
/// </summary>
internal sealed unsafe class AlignedFloats : IDisposable
{
    private const int CacheLineBytes = 64;

    /// <summary>Takes the memory.</summary>
    public AlignedFloats(long count)
    {
        var bytes = checked((nuint)count * sizeof(float));
        Pointer = (float*)NativeMemory.AlignedAlloc(Math.Max(bytes, CacheLineBytes), CacheLineBytes);
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
}
