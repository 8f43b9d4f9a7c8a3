namespace OnlineCF.Grains.Searching;

/// <summary>
/// How many letters are wrong, missing, too many or swapped with their neighbour between two words (optimal string alignment;
/// Damerau 1964, "A technique for computer detection and correction of spelling errors").
/// </summary>
internal static class EditDistance
{
    private const int MostLetters = 64;

    /// <summary>So many letters of a word may be wrong: none of three, one of seven, else two.</summary>
    public static int AllowedFor(int letters) => letters switch
    {
        < 4 => 0,
        < 8 => 1,
        _ => 2,
    };

    /// <summary>The distance, or more than <paramref name="most"/> where it is above that.</summary>
    public static int Of(ReadOnlySpan<char> one, ReadOnlySpan<char> other, int most)
    {
        if (Math.Abs(one.Length - other.Length) > most || Math.Max(one.Length, other.Length) > MostLetters)
        {
            return most + 1;
        }

        Span<int> beforeLast = stackalloc int[other.Length + 1];
        Span<int> last = stackalloc int[other.Length + 1];
        Span<int> row = stackalloc int[other.Length + 1];
        for (var j = 0; j <= other.Length; j++)
        {
            last[j] = j;
        }

        for (var i = 1; i <= one.Length; i++)
        {
            row[0] = i;
            var least = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var change = one[i - 1] == other[j - 1] ? 0 : 1;
                row[j] = Math.Min(Math.Min(last[j] + 1, row[j - 1] + 1), last[j - 1] + change);
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                {
                    row[j] = Math.Min(row[j], beforeLast[j - 2] + 1);
                }

                least = Math.Min(least, row[j]);
            }

            if (least > most)
            {
                return most + 1;
            }

            var free = beforeLast;
            beforeLast = last;
            last = row;
            row = free;
        }

        return Math.Min(last[other.Length], most + 1);
    }
}
