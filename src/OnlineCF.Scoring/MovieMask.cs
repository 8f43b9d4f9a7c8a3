namespace OnlineCF.Scoring;

/// <summary>
/// A set of movie rows, one bit each. Reading from several threads is safe while nobody writes.
/// It grows on demand, so that no exclusion is lost when movies are folded in after it was made.
/// </summary>
/// <param name="count">Rows to make room for.</param>
public sealed class MovieMask(int count)
{
    private const int WordBits = 64;

    private ulong[] _words = new ulong[WordsFor(count)];

    /// <summary>Bytes of its bits.</summary>
    public long Bytes => _words.Length * (long)sizeof(ulong);

    /// <summary>Adds a row; -1, a movie that the model does not know, is ignored.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The row is below -1.</exception>
    public void Set(int row)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(row, -1);
        if (row >= 0)
        {
            EnsureWords((row / WordBits) + 1);
            _words[row / WordBits] |= 1UL << (row % WordBits);
        }
    }

    /// <summary>Whether the row was added; false for every row beyond the mask.</summary>
    public bool Contains(int row)
    {
        var word = (uint)row / WordBits;
        return word < (uint)_words.Length && (_words[word] & (1UL << (row % WordBits))) != 0;
    }

    /// <summary>Takes all rows out.</summary>
    public void Clear() => Array.Clear(_words);

    /// <summary>Adds every row of the other mask.</summary>
    public void UnionWith(MovieMask other)
    {
        EnsureWords(other._words.Length);
        for (var word = 0; word < other._words.Length; word++)
        {
            _words[word] |= other._words[word];
        }
    }

    private static int WordsFor(int rows) => (int)(((long)rows + WordBits - 1) / WordBits);

    private void EnsureWords(int words)
    {
        if (words > _words.Length)
        {
            Array.Resize(ref _words, Math.Max(words, _words.Length * 2));
        }
    }
}
