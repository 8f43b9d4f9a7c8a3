using OnlineCF.Core.Ratings;

namespace OnlineCF.Training.History;

/// <summary>
/// The current ratings in columns (user index, movie index, value, sequence, time), kept up to date by applying the
/// rating log's entries in order. Deterministic: the same entries give the same columns. Not thread-safe.
/// </summary>
public sealed class RatingHistory
{
    private readonly IdMap _users = new();
    private readonly IdMap _movies = new();
    private readonly RatingIndex _index;
    private int[] _userColumn = new int[16];
    private int[] _movieColumn = new int[16];
    private float[] _valueColumn = new float[16];
    private long[] _sequenceColumn = new long[16];
    private uint[] _secondsColumn = new uint[16];

    /// <summary>An empty history.</summary>
    public RatingHistory() => _index = new RatingIndex(KeyAt);

    /// <summary>How many (user, movie) pairs have a current rating.</summary>
    public int Count { get; private set; }

    /// <summary>The sequence of the last entry applied; 0 before the first.</summary>
    public long LastSequence { get; private set; }

    /// <summary>Applies an entry; one that is not above <see cref="LastSequence"/> was applied before and does nothing.</summary>
    public void Apply(in RatingEntry entry)
    {
        if (entry.Sequence <= LastSequence)
        {
            return;
        }

        LastSequence = entry.Sequence;
        if (entry.Kind == RatingEntryKind.Rated)
        {
            Set(entry);
        }
        else if (entry.Kind == RatingEntryKind.Deleted)
        {
            Remove(entry.UserId, entry.MovieId);
        }
    }

    /// <summary>The current rating at a position below <see cref="Count"/>.</summary>
    internal HistoryRating this[int position] => new(
        _userColumn[position], _movieColumn[position], _valueColumn[position], _sequenceColumn[position],
        _secondsColumn[position]);

    internal int UserCount => _users.Count;

    internal int MovieCount => _movies.Count;

    internal long UserIdOf(int user) => _users[user];

    internal long MovieIdOf(int movie) => _movies[movie];

    private void Set(in RatingEntry entry)
    {
        var key = KeyOf(_users.IndexOf(entry.UserId), _movies.IndexOf(entry.MovieId));
        var position = _index.Find(key);
        if (position < 0)
        {
            position = Append(key);
            _index.Add(key, position);
        }

        (_valueColumn[position], _sequenceColumn[position], _secondsColumn[position]) =
            (entry.Value, entry.Sequence, SecondsOf(entry.RatedAtMicros));
    }

    private int Append(ulong key)
    {
        if (Count == _userColumn.Length)
        {
            var capacity = checked(Count * 2);
            Array.Resize(ref _userColumn, capacity);
            Array.Resize(ref _movieColumn, capacity);
            Array.Resize(ref _valueColumn, capacity);
            Array.Resize(ref _sequenceColumn, capacity);
            Array.Resize(ref _secondsColumn, capacity);
        }

        (_userColumn[Count], _movieColumn[Count]) = ((int)(key >> 32), (int)(uint)key);
        return Count++;
    }

    private void Remove(long userId, long movieId)
    {
        var (user, movie) = (_users.Find(userId), _movies.Find(movieId));
        if (user < 0 || movie < 0 || _index.Find(KeyOf(user, movie)) is var position && position < 0)
        {
            return;
        }

        _index.Remove(KeyOf(user, movie));
        var last = Count - 1;
        if (position != last)
        {
            _index.Move(KeyAt(last), position);
            _userColumn[position] = _userColumn[last];
            _movieColumn[position] = _movieColumn[last];
            _valueColumn[position] = _valueColumn[last];
            _sequenceColumn[position] = _sequenceColumn[last];
            _secondsColumn[position] = _secondsColumn[last];
        }

        Count = last;
    }

    // Half of a long is enough to tell sittings apart: until 2106, and nothing is rated before 1970.
    private static uint SecondsOf(long micros) => (uint)Math.Clamp(micros / TimeSpan.MicrosecondsPerSecond, 0, uint.MaxValue);

    private ulong KeyAt(int position) => KeyOf(_userColumn[position], _movieColumn[position]);

    private static ulong KeyOf(int user, int movie) => ((ulong)(uint)user << 32) | (uint)movie;
}

/// <summary>One current rating of the history, by the history's indices, and when it was given in whole seconds; 0 where that is not known.</summary>
internal readonly record struct HistoryRating(int User, int Movie, float Value, long Sequence, uint Seconds);
