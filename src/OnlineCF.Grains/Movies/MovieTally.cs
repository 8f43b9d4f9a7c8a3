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
    private const byte FormatVersion = 2;
    private const int HeaderBytes = 26;
    private const int SumHeaderBytes = 8;

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

    // The likes, halved by each of the half-lives.
    [Id(7)]
    private DecayedSum[] Likes { get; init; } = DecayedSum.Nothing;

    /// <summary>The sums as readers use them.</summary>
    public MovieStatistics Statistics => new(
        Count, Liked, Sum / StarUnits, Likes[0].Log2, Likes[1].Log2, Likes[2].Log2);

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
        foreach (var entry in entries.Where(entry => entry.Kind.IsOfRating()))
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
        var state = new byte[HeaderBytes + Likes.Sum(sum => SumHeaderBytes + (sum.Digits.Length * sizeof(uint)))];
        var span = state.AsSpan();
        span[0] = FormatVersion;
        span[1] = MustRecount ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt64LittleEndian(span[2..], Sequence);
        BinaryPrimitives.WriteInt32LittleEndian(span[10..], Count);
        BinaryPrimitives.WriteInt32LittleEndian(span[14..], Liked);
        BinaryPrimitives.WriteInt64LittleEndian(span[18..], Sum);
        span = span[HeaderBytes..];
        foreach (var (first, digits) in Likes)
        {
            BinaryPrimitives.WriteInt32LittleEndian(span, first);
            BinaryPrimitives.WriteInt32LittleEndian(span[sizeof(int)..], digits.Length);
            span = span[SumHeaderBytes..];
            foreach (var digit in digits)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(span, digit);
                span = span[sizeof(uint)..];
            }
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

        var likes = new DecayedSum[DecayedCount.Doublings.Length];
        var rest = span[HeaderBytes..];
        for (var i = 0; i < likes.Length; i++)
        {
            if (!TryTakeSum(ref rest, out likes[i]))
            {
                return new MovieTally { MustRecount = true };
            }
        }

        return new MovieTally
        {
            MustRecount = span[1] != 0,
            Sequence = BinaryPrimitives.ReadInt64LittleEndian(span[2..]),
            Count = BinaryPrimitives.ReadInt32LittleEndian(span[10..]),
            Liked = BinaryPrimitives.ReadInt32LittleEndian(span[14..]),
            Sum = BinaryPrimitives.ReadInt64LittleEndian(span[18..]),
            Likes = likes,
        };
    }

    private static bool TryTakeSum(ref ReadOnlySpan<byte> state, out DecayedSum sum)
    {
        sum = new DecayedSum(0, []);
        if (state.Length < SumHeaderBytes)
        {
            return false;
        }

        var first = BinaryPrimitives.ReadInt32LittleEndian(state);
        var count = BinaryPrimitives.ReadInt32LittleEndian(state[sizeof(int)..]);
        state = state[SumHeaderBytes..];
        if (count < 0 || state.Length / sizeof(uint) < count)
        {
            return false;
        }

        sum = new DecayedSum(first, new uint[count]);
        foreach (ref var digit in sum.Digits.AsSpan())
        {
            digit = BinaryPrimitives.ReadUInt32LittleEndian(state);
            state = state[sizeof(uint)..];
        }

        return true;
    }

    private struct Sums(MovieTally before)
    {
        private readonly MovieTally _before = before;
        private readonly DecayedCount[] _likes =
            [.. before.Likes.Select((sum, i) => new DecayedCount(sum.First, sum.Digits, DecayedCount.Doublings[i]))];

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
            if (_mustRecount || !entry.Kind.IsOfRating())
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
            _sum += (long)(value * StarUnits);
            if (value >= Rating.LikedValue)
            {
                _liked++;
                foreach (var likes in _likes)
                {
                    likes.Add(ratedAtMicros);
                }
            }
        }

        public MovieTally ToTally() => _mustRecount
            ? new MovieTally
            {
                Sequence = Sequence,
                MustRecount = true,
                Count = _before.Count,
                Liked = _before.Liked,
                Sum = _before.Sum,
                Likes = _before.Likes,
            }
            : new MovieTally
            {
                Sequence = Sequence,
                Count = _count,
                Liked = _liked,
                Sum = _sum,
                Likes = Array.ConvertAll(_likes, likes => likes.ToSum()),
            };

        // What was never added cannot be taken: the sums are not those of the log.
        private void Take(float value, long ratedAtMicros)
        {
            _count--;
            _sum -= (long)(value * StarUnits);
            _mustRecount = _count < 0 || _sum < 0;
            if (value >= Rating.LikedValue)
            {
                _liked--;
                _mustRecount |= _liked < 0 || !_likes.All(likes => likes.TryTake(ratedAtMicros));
            }
        }
    }
}
