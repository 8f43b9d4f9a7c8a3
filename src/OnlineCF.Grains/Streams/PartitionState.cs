using System.Runtime.InteropServices;
using OnlineCF.Core.Streams;
using OnlineCF.Grains.Movies;

namespace OnlineCF.Grains.Streams;

/// <summary>A partition's statistics and the sequence they stand for, as a checkpoint and back.</summary>
public sealed class PartitionState
{
    private const int FormatVersion = 1;

    private readonly SortedDictionary<long, MovieStatistics> _movies = [];

    /// <summary>Every entry up to and with this one is in.</summary>
    public long Sequence { get; set; }

    /// <summary>All movies with ratings, by movie_id.</summary>
    public IEnumerable<RatedMovie> Movies => _movies.Select(movie => new RatedMovie(movie.Key, movie.Value));

    /// <summary>Replaces a movie's statistics.</summary>
    public void Set(long movieId, MovieStatistics statistics)
    {
        if (statistics.Count == 0)
        {
            _movies.Remove(movieId);
        }
        else
        {
            _movies[movieId] = statistics;
        }
    }

    /// <summary>The state as a checkpoint.</summary>
    public StreamCheckpoint ToCheckpoint()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(FormatVersion);
        writer.Write(_movies.Count);
        foreach (var (movieId, statistics) in _movies)
        {
            writer.Write(movieId);
            writer.Write(statistics.Count);
            writer.Write(statistics.Liked);
            writer.Write(statistics.Sum);
            writer.Write(statistics.TrendLog2);
        }

        return new StreamCheckpoint(Sequence, stream.ToArray());
    }

    /// <summary>
    /// The state of a checkpoint; an empty state, to be filled from the start of the log, when there is none
    /// or it is of another format.
    /// </summary>
    public static PartitionState From(StreamCheckpoint? checkpoint)
    {
        var state = new PartitionState();
        if (checkpoint is null || checkpoint.State.Length < 8)
        {
            return state;
        }

        MemoryMarshal.TryGetArray(checkpoint.State, out var bytes);
        using var reader = new BinaryReader(new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count));
        if (reader.ReadInt32() != FormatVersion)
        {
            return state;
        }

        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var movieId = reader.ReadInt64();
            state._movies[movieId] = new MovieStatistics(
                reader.ReadInt32(), reader.ReadInt32(), reader.ReadDouble(), reader.ReadDouble());
        }

        state.Sequence = checkpoint.Sequence;
        return state;
    }
}
