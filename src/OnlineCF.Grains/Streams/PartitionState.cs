using System.Runtime.InteropServices;
using OnlineCF.Core.Streams;
using OnlineCF.Grains.Movies;

namespace OnlineCF.Grains.Streams;

/// <summary>A partition's movies, what of them has changed and what of them is not saved yet.</summary>
public sealed class PartitionState
{
    private readonly Dictionary<long, Entry> _movies = [];
    private readonly ChangeJournal _journal;
    private readonly HashSet<long> _unsaved = [];

    /// <summary>No movies.</summary>
    public PartitionState() => _journal = new ChangeJournal(movieId => _movies[movieId].Change);

    /// <summary>Every entry up to and with this one is in.</summary>
    public long Sequence { get; set; }

    /// <summary>The number of the last change.</summary>
    public long LastChange => _journal.Last;

    /// <summary>How many movies have changed since they were last saved.</summary>
    public int Unsaved => _unsaved.Count;

    /// <summary>All movies that ever had a rating.</summary>
    public IEnumerable<long> MovieIds => _movies.Keys;

    /// <summary>A movie's row, or null.</summary>
    public MovieTally? Find(long movieId) => _movies.TryGetValue(movieId, out var entry) ? entry.Tally : null;

    /// <summary>Takes over a saved row.</summary>
    public void Load(StreamRow row) => Put(row.Key, MovieTally.From(row));

    /// <summary>Replaces a movie's row unless the one it has is as new.</summary>
    /// <returns>Whether it did.</returns>
    public bool Set(long movieId, MovieTally tally)
    {
        if (Find(movieId) is { } known && known.Sequence >= tally.Sequence)
        {
            return false;
        }

        Put(movieId, tally);
        _unsaved.Add(movieId);
        return true;
    }

    /// <summary>Replaces a movie's row by one that was counted again.</summary>
    public void Replace(long movieId, MovieTally tally)
    {
        Put(movieId, tally);
        _unsaved.Add(movieId);
    }

    /// <summary>At most <paramref name="limit"/> movies that changed after a change, and up to which change they are all.</summary>
    public (RatedMovie[] Movies, long Through) ChangesAfter(long change, int limit)
    {
        var (keys, through) = _journal.After(change, limit);
        return ([.. keys.Select(movieId => new RatedMovie(movieId, _movies[movieId].Tally.Statistics))], through);
    }

    /// <summary>The movies that are not saved, which count as saved from now on.</summary>
    public List<StreamRow> TakeUnsaved()
    {
        List<StreamRow> rows = [.. _unsaved.Select(movieId => _movies[movieId].Tally.ToRow(movieId))];
        _unsaved.Clear();
        return rows;
    }

    /// <summary>Rows that were taken have not been saved after all.</summary>
    public void GiveBack(IEnumerable<StreamRow> rows) => _unsaved.UnionWith(rows.Select(row => row.Key));

    private void Put(long movieId, MovieTally tally)
    {
        ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_movies, movieId, out var exists);
        entry.Tally = tally;
        entry.Change = _journal.Add(movieId, isNew: !exists);
    }

    private struct Entry
    {
        public MovieTally Tally;
        public long Change;
    }
}
