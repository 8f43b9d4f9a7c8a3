namespace OnlineCF.Grains.Recommending;

/// <summary>
/// Numbers the genres of a catalogue, without case, and the sets of them that its movies have. There are few sets, so a
/// filter is decided once for each and movies are told apart by one number. Not thread-safe.
/// </summary>
internal sealed class GenreSets
{
    private const int WordBits = 64;

    private readonly Dictionary<string, int> _genres = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<ulong[], int> _numbers = new(new BitsComparer());
    private readonly List<ulong[]> _sets = [];

    /// <summary>How many sets there are.</summary>
    public int Count => _sets.Count;

    /// <summary>The number of a movie's set of genres.</summary>
    public int NumberOf(IReadOnlyList<string> genres)
    {
        for (var i = 0; i < genres.Count; i++)
        {
            _genres.TryAdd(genres[i], _genres.Count);
        }

        var bits = BitsOf(genres);
        if (!_numbers.TryGetValue(bits, out var number))
        {
            number = _sets.Count;
            _sets.Add(bits);
            _numbers.Add(bits, number);
        }

        return number;
    }

    /// <summary>Those of the genres that some movie has, one bit each; without trailing zeros.</summary>
    public ulong[] BitsOf(IReadOnlyList<string> genres)
    {
        ulong[] bits = [];
        for (var i = 0; i < genres.Count; i++)
        {
            if (_genres.TryGetValue(genres[i], out var genre))
            {
                if (genre / WordBits >= bits.Length)
                {
                    Array.Resize(ref bits, (genre / WordBits) + 1);
                }

                bits[genre / WordBits] |= 1UL << (genre % WordBits);
            }
        }

        return bits;
    }

    /// <summary>Whether a set has one of these genres.</summary>
    public bool Shares(int number, ulong[] bits)
    {
        var set = _sets[number];
        for (var word = 0; word < Math.Min(set.Length, bits.Length); word++)
        {
            if ((set[word] & bits[word]) != 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether two bit sets are the same.</summary>
    internal sealed class BitsComparer : IEqualityComparer<ulong[]>
    {
        public bool Equals(ulong[]? x, ulong[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(ulong[] obj)
        {
            var hash = default(HashCode);
            foreach (var word in obj)
            {
                hash.Add(word);
            }

            return hash.ToHashCode();
        }
    }
}
