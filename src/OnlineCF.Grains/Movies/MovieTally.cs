using System.Buffers.Binary;
using OnlineCF.Core.Ratings;
using OnlineCF.Core.Streams;

namespace OnlineCF.Grains.Movies;

/// <summary>
/// What the current ratings of a movie add up to, as exact integers: the same ratings give the same sums, in
/// whatever order they came and whatever was replaced in between. Immutable.
/// </summary>
[GenerateSerializer, Immutable, Alias("onlinecf.MovieTally")]
public sealed class MovieTally
{
    private const byte FormatVersion = 1;
    private const int HeaderBytes = 30;

    // Every float from half a star to five is a multiple of it.
    private const double StarUnits = 1 << 24;

    /// <summary>No ratings, no entry applied.</summary>
    public static MovieTally None { get; } = new();

    /// <summary>Every entry of the movie up to and with this one is in; those are ignored when they come again.</summary>
    [Id(0)]
    public long Sequence { get; private init; }

    /// <summary>Current ratings.</summary>
    [Id(1)]
    public int Count { get; private init; }

    /// <summary>Those of at least 4 stars.</summary>
    [Id(2)]
    public int Liked { get; private init; }

    /// <summary>
    /// Whether an entry did not say what it replaced, as after an erasure: the sums stay as they are until the
    /// movie's ratings have been counted again.
    /// </summary>
    [Id(3)]
    public bool MustRecount { get; private init; }

    [Id(4)]
    private long Sum { get; init; }

    [Id(5)]
    private int FirstDigit { get; init; }

    [Id(6)]
    private uint[] Digits { get; init; } = [];

    /// <summary>The sums as readers use them.</summary>
    public MovieStatistics Statistics => new(Count, Liked, Sum / StarUnits, DecayedCount.Log2(FirstDigit, Digits));

    /// <summary>With further entries of this movie, in order; those applied before have no effect.</summary>
    public MovieTally With(ReadOnlySpan<RatingEntry> entries)
    {
        var sums = new Sums(this);
        foreach (var entry in entries)
        {
            sums.Apply(entry);
        }

        return sums.ToTally();
    }

    /// <summary>Counted anew.</summary>
    /// <param name="entries">All entries of the movie, in order.</param>
    /// <param name="throughSequence">How far the log was when they were read.</param>
    public static MovieTally Of(IReadOnlyList<RatingEntry> entries, long throughSequence)
    {
        var current = new Dictionary<long, RatingEntry>();
        foreach (var entry in entries)
        {
            current[entry.UserId] = entry;
        }

        var sums = new Sums(None);
        foreach (var entry in current.Values.Where(entry => entry.Kind == RatingEntryKind.Rated))
        {
            sums.Add(entry.Value, entry.RatedAtMicros);
        }

        sums.Sequence = Math.Max(throughSequence, entries.Count == 0 ? 0 : entries[^1].Sequence);
        return sums.ToTally();
    }

    /// <summary>As a row of a checkpoint.</summary>
    public StreamRow ToRow(long movieId)
    {
        var state = new byte[HeaderBytes + (Digits.Length * sizeof(uint))];
        var span = state.AsSpan();
        span[0] = FormatVersion;
        span[1] = MustRecount ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt64LittleEndian(span[2..], Sequence);
        BinaryPrimitives.WriteInt32LittleEndian(span[10..], Count);
        BinaryPrimitives.WriteInt32LittleEndian(span[14..], Liked);
        BinaryPrimitives.WriteInt64LittleEndian(span[18..], Sum);
        BinaryPrimitives.WriteInt32LittleEndian(span[26..], FirstDigit);
        for (var i = 0; i < Digits.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(span[(HeaderBytes + (i * sizeof(uint)))..], Digits[i]);
        }

        return new StreamRow(movieId, state);
    }

    /// <summary>Of a row; one of another format has to be counted again.</summary>
    public static MovieTally From(StreamRow row)
    {
        var span = row.State.Span;
        if (span.Length < HeaderBytes || span[0] != FormatVersion)
        {
            return new MovieTally { MustRecount = true };
        }

        var digits = new uint[(span.Length - HeaderBytes) / sizeof(uint)];
        for (var i = 0; i < digits.Length; i++)
        {
            digits[i] = BinaryPrimitives.ReadUInt32LittleEndian(span[(HeaderBytes + (i * sizeof(uint)))..]);
        }

        return new MovieTally
        {
            MustRecount = span[1] != 0,
            Sequence = BinaryPrimitives.ReadInt64LittleEndian(span[2..]),
            Count = BinaryPrimitives.ReadInt32LittleEndian(span[10..]),
            Liked = BinaryPrimitives.ReadInt32LittleEndian(span[14..]),
            Sum = BinaryPrimitives.ReadInt64LittleEndian(span[18..]),
            FirstDigit = BinaryPrimitives.ReadInt32LittleEndian(span[26..]),
            Digits = digits,
        };
    }

    private struct Sums(MovieTally before)
    {
        private readonly MovieTally _before = before;
        private readonly DecayedCount _decayed = new(before.FirstDigit, before.Digits);
        private int _count = before.Count;
        private int _liked = before.Liked;
        private long _sum = before.Sum;
        private bool _mustRecount = before.MustRecount;

        public long Sequence { get; set; } = before.Sequence;

        public void Apply(in RatingEntry entry)
        {
            if (entry.Sequence <= Sequence)
            {
                return;
            }

            Sequence = entry.Sequence;
            if (_mustRecount)
            {
                return;
            }

            if (entry.ReplacedValue > 0)
            {
                Take(entry.ReplacedValue, entry.ReplacedAtMicros);
            }
            else if (entry.Kind == RatingEntryKind.Deleted)
            {
                _mustRecount = true;
            }

            if (entry.Kind == RatingEntryKind.Rated)
            {
                Add(entry.Value, entry.RatedAtMicros);
            }
        }

        public void Add(float value, long ratedAtMicros)
        {
            _count++;
            _liked += value >= Rating.LikedValue ? 1 : 0;
            _sum += (long)(value * StarUnits);
            _decayed.Add(ratedAtMicros);
        }

        // The digits come first: asking for them may move their place.
        public MovieTally ToTally() => _mustRecount
            ? new MovieTally
            {
                Sequence = Sequence,
                MustRecount = true,
                Count = _before.Count,
                Liked = _before.Liked,
                Sum = _before.Sum,
                Digits = _before.Digits,
                FirstDigit = _before.FirstDigit,
            }
            : new MovieTally
            {
                Sequence = Sequence,
                Count = _count,
                Liked = _liked,
                Sum = _sum,
                Digits = _decayed.Digits,
                FirstDigit = _decayed.First,
            };

        // What was never added cannot be taken: the sums are not those of the log.
        private void Take(float value, long ratedAtMicros)
        {
            _count--;
            _liked -= value >= Rating.LikedValue ? 1 : 0;
            _sum -= (long)(value * StarUnits);
            _mustRecount = !_decayed.TryTake(ratedAtMicros) || _count < 0 || _liked < 0 || _sum < 0;
        }
    }
}
