using System.Runtime.InteropServices;
using OnlineCF.Core.Ratings;

namespace OnlineCF.Storage.Sqlite.Ratings;

/// <summary>
/// A stretch of the log that the indexes do not have yet, with chains through it by user and by movie.
/// Not thread-safe.
/// </summary>
internal sealed class UnindexedEntries
{
    private const int None = -1;

    private readonly List<Slot> _slots = [];
    private readonly Dictionary<long, int> _lastOfUser = [];
    private readonly Dictionary<long, int> _lastOfMovie = [];

    /// <summary>Entries ever added, removed ones too.</summary>
    public int Count => _slots.Count;

    /// <summary>The highest sequence added.</summary>
    public long LastSequence => _slots[^1].Entry.Sequence;

    /// <summary>Adds an entry with a sequence above all before it.</summary>
    public void Add(in RatingEntry entry)
    {
        ref var ofUser = ref CollectionsMarshal.GetValueRefOrAddDefault(_lastOfUser, entry.UserId, out var userKnown);
        ref var ofMovie = ref CollectionsMarshal.GetValueRefOrAddDefault(_lastOfMovie, entry.MovieId, out var movieKnown);
        var slot = _slots.Count;
        _slots.Add(new Slot(entry, userKnown ? ofUser : None, movieKnown ? ofMovie : None, Removed: false));
        (ofUser, ofMovie) = (slot, slot);
    }

    /// <summary>Appends the user's entries, in order.</summary>
    public void CopyUser(long userId, List<RatingEntry> entries)
    {
        var start = entries.Count;
        for (var slot = _lastOfUser.GetValueOrDefault(userId, None); slot != None; slot = _slots[slot].PreviousOfUser)
        {
            AddLiving(slot, entries);
        }

        entries.Reverse(start, entries.Count - start);
    }

    /// <summary>Appends the movie's newest entries, at most <paramref name="limit"/>, in order.</summary>
    public void CopyMovie(long movieId, int limit, List<RatingEntry> entries)
    {
        var start = entries.Count;
        for (var slot = _lastOfMovie.GetValueOrDefault(movieId, None);
            slot != None && entries.Count - start < limit;
            slot = _slots[slot].PreviousOfMovie)
        {
            AddLiving(slot, entries);
        }

        entries.Reverse(start, entries.Count - start);
    }

    /// <summary>Removes an entry where it is here.</summary>
    public void Remove(long sequence)
    {
        if (SlotOf(sequence) is var slot and not None)
        {
            _slots[slot] = _slots[slot] with { Entry = new RatingEntry { Sequence = sequence }, Removed = true };
        }
    }

    /// <summary>Takes from an entry, where it is here, what it replaced.</summary>
    public void Blank(long sequence)
    {
        if (SlotOf(sequence) is var slot and not None)
        {
            var entry = _slots[slot].Entry with { ReplacedValue = 0, ReplacedAtMicros = 0 };
            _slots[slot] = _slots[slot] with { Entry = entry };
        }
    }

    /// <summary>The entry in a slot, counted from 0 as added; false where it was removed.</summary>
    public bool TryGet(int slot, out RatingEntry entry)
    {
        entry = _slots[slot].Entry;
        return !_slots[slot].Removed;
    }

    /// <summary>
    /// All slots ordered by user and, once more, by movie. May run while another thread removes entries,
    /// whose places are then of no account.
    /// </summary>
    public (int[] ByUser, int[] ByMovie) SortSlots()
    {
        var slots = CollectionsMarshal.AsSpan(_slots);
        var (users, movies) = (new (long Id, int Slot)[slots.Length], new (long Id, int Slot)[slots.Length]);
        for (var slot = 0; slot < slots.Length; slot++)
        {
            users[slot] = (slots[slot].Entry.UserId, slot);
            movies[slot] = (slots[slot].Entry.MovieId, slot);
        }

        Array.Sort(users);
        Array.Sort(movies);
        return (Array.ConvertAll(users, key => key.Slot), Array.ConvertAll(movies, key => key.Slot));
    }

    private int SlotOf(long sequence)
    {
        var (low, high) = (0, _slots.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _slots[middle].Entry.Sequence >= sequence ? (low, middle) : (middle + 1, high);
        }

        return low < _slots.Count && _slots[low].Entry.Sequence == sequence ? low : None;
    }

    private void AddLiving(int slot, List<RatingEntry> entries)
    {
        if (!_slots[slot].Removed)
        {
            entries.Add(_slots[slot].Entry);
        }
    }

    private readonly record struct Slot(RatingEntry Entry, int PreviousOfUser, int PreviousOfMovie, bool Removed);
}
