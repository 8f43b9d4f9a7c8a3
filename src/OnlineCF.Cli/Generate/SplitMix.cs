namespace OnlineCF.Cli.Generate;

/// <summary>
/// SplitMix64 (Steele, Lea, Flood 2014): a random sequence that is the same on every machine and in every
/// release, which <see cref="Random"/> does not promise.
/// </summary>
internal sealed class SplitMix(ulong seed)
{
    private ulong _state = seed;

    /// <summary>The sequence that belongs to one item of a seeded world.</summary>
    public static SplitMix For(long seed, long stream, long item)
    {
        var mixer = new SplitMix((ulong)seed);
        mixer._state = mixer.Next() ^ ((ulong)stream * 0xD1B54A32D192ED03);
        mixer._state = mixer.Next() ^ (ulong)item;
        return new SplitMix(mixer.Next());
    }

    /// <summary>64 random bits.</summary>
    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>Even over [0, 1).</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Even over 0 to <paramref name="bound"/> − 1.</summary>
    public int NextInt(int bound) => (int)(NextDouble() * bound);

    /// <summary>Normal, mean 0, standard deviation 1 (Box and Muller).</summary>
    public double NextNormal() =>
        Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());
}
