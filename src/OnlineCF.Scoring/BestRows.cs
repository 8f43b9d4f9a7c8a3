namespace OnlineCF.Scoring;

/// <summary>
/// The best rows so far, as a binary heap in the caller's span with the worst on top. Of equal scores the
/// lower row is the better one. NaN and negative infinity never get in.
/// </summary>
/// <param name="rows">Where they go; its length is how many are wanted.</param>
/// <param name="atLeast">No row with a score below this gets in.</param>
internal ref struct BestRows(Span<ScoredRow> rows, float atLeast = float.NegativeInfinity)
{
    private readonly Span<ScoredRow> _rows = rows;
    private int _count;

    /// <summary>No row with a score below this gets in any more.</summary>
    public float Threshold { get; private set; } = rows.IsEmpty ? float.PositiveInfinity : atLeast;

    /// <summary>Whether the row would get in.</summary>
    public readonly bool Wants(int row, float score) => _count < _rows.Length
        ? score > float.NegativeInfinity && score >= Threshold
        : _count > 0 && IsWorse(_rows[0], new ScoredRow(row, score));

    /// <summary>Adds a row that is wanted, in place of the worst when the span is full.</summary>
    public void Add(int row, float score)
    {
        var added = new ScoredRow(row, score);
        if (_count < _rows.Length)
        {
            SiftUp(added);
        }
        else
        {
            SiftDown(added, _count);
        }

        if (_count == _rows.Length)
        {
            Threshold = _rows[0].Score;
        }
    }

    /// <summary>Sorts in place, best first, and ends the heap.</summary>
    /// <returns>How many rows there are.</returns>
    public readonly int SortBestFirst()
    {
        for (var last = _count - 1; last > 0; last--)
        {
            var worst = _rows[0];
            SiftDown(_rows[last], last);
            _rows[last] = worst;
        }

        return _count;
    }

    private static bool IsWorse(ScoredRow a, ScoredRow b) =>
        a.Score < b.Score || (a.Score == b.Score && a.Row > b.Row);

    private void SiftUp(ScoredRow added)
    {
        var hole = _count++;
        while (hole > 0 && IsWorse(added, _rows[(hole - 1) / 2]))
        {
            _rows[hole] = _rows[(hole - 1) / 2];
            hole = (hole - 1) / 2;
        }

        _rows[hole] = added;
    }

    private readonly void SiftDown(ScoredRow added, int count)
    {
        var hole = 0;
        for (var child = 1; child < count; child = (2 * hole) + 1)
        {
            if (child + 1 < count && IsWorse(_rows[child + 1], _rows[child]))
            {
                child++;
            }

            if (!IsWorse(_rows[child], added))
            {
                break;
            }

            _rows[hole] = _rows[child];
            hole = child;
        }

        _rows[hole] = added;
    }
}
