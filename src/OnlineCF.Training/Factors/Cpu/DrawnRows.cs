namespace OnlineCF.Training.Factors.Cpu;

/// <summary>The distinct rows of one side that a minibatch draws, each with the places in the batch that draw it.</summary>
internal sealed class DrawnRows(int rowCount, int batchSize)
{
    // Of each row of the table, 1 + where it stands among the distinct ones; all 0 between batches.
    private readonly int[] _slotOf = new int[rowCount];
    private readonly int[] _rows = new int[batchSize];
    private readonly int[] _ends = new int[batchSize];
    private readonly int[] _places = new int[batchSize];
    private readonly int[] _slots = new int[batchSize];

    /// <summary>How many distinct rows there are.</summary>
    public int Count { get; private set; }

    /// <summary>A distinct row, in the order of their first places.</summary>
    public int this[int slot] => _rows[slot];

    /// <summary>The places that draw a distinct row, in rising order.</summary>
    public ReadOnlySpan<int> PlacesOf(int slot) =>
        _places.AsSpan(slot == 0 ? 0 : _ends[slot - 1], _ends[slot] - (slot == 0 ? 0 : _ends[slot - 1]));

    /// <summary>Groups a minibatch by row (a counting sort).</summary>
    public void Group(ReadOnlySpan<int> drawn)
    {
        Count = 0;
        for (var place = 0; place < drawn.Length; place++)
        {
            ref var slot = ref _slotOf[drawn[place]];
            if (slot == 0)
            {
                (_rows[Count], _ends[Count]) = (drawn[place], 0);
                slot = ++Count;
            }

            _slots[place] = slot - 1;
            _ends[slot - 1]++;
        }

        var begin = 0;
        for (var slot = 0; slot < Count; slot++)
        {
            (_ends[slot], begin) = (begin, begin + _ends[slot]);
            _slotOf[_rows[slot]] = 0;
        }

        // From its beginning, each row's end moves on with every place of it.
        for (var place = 0; place < drawn.Length; place++)
        {
            _places[_ends[_slots[place]]++] = place;
        }
    }
}
