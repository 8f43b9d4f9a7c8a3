using OnlineCF.Scoring;

namespace OnlineCF.Grains.Streams;

/// <summary>
/// The movies of a partition that a model was trained without: which of them are due to be folded in, and the
/// vectors of those that have been. Belongs to one model; another one starts it over.
/// </summary>
internal sealed class FoldedMovieTable
{
    // Once folded in, a movie is folded in again when a tenth of its ratings is news.
    private const int RefoldShare = 10;

    private readonly Dictionary<long, Entry> _movies = [];
    private readonly Queue<long> _due = [];
    private readonly ChangeJournal _journal;

    public FoldedMovieTable() => _journal = new ChangeJournal(movieId => _movies[movieId].Change);

    /// <summary>The version of the model; 0 before the first.</summary>
    public long Version { get; private set; }

    /// <summary>The number of the last change.</summary>
    public long LastChange => _journal.Last;

    /// <summary>Starts over for another model.</summary>
    public void Restart(long version)
    {
        Version = version;
        _movies.Clear();
        _due.Clear();
        _journal.Clear();
    }

    /// <summary>A movie that the model does not know has so many ratings, after so many entries more.</summary>
    public void OnRated(long movieId, int ratings, int entries)
    {
        var movie = _movies.GetValueOrDefault(movieId) ?? new Entry();
        movie.News += entries;
        _movies[movieId] = movie;
        if (!movie.IsDue && ratings >= Movies.MovieFolder.MinRatings
            && ((movie.Pending ?? movie.Vectors) is null || (long)movie.News * RefoldShare >= ratings))
        {
            movie.IsDue = true;
            _due.Enqueue(movieId);
        }
    }

    /// <summary>The movie whose turn it is.</summary>
    public bool TryPeek(out long movieId) => _due.TryPeek(out movieId);

    /// <summary>The movie's ratings are read now; what comes later is news.</summary>
    public void OnFolding(long movieId) => _movies[movieId].News = 0;

    /// <summary>It has had its turn, with these vectors or, where nothing is known of it, with none.</summary>
    public void OnFolded(long movieId, MovieVectors? vectors)
    {
        var movie = _movies[movieId];
        _due.Dequeue();
        movie.IsDue = false;
        movie.Pending = vectors;
    }

    /// <summary>Lets these movies be seen.</summary>
    public void Publish(IEnumerable<long> movieIds)
    {
        foreach (var movieId in movieIds)
        {
            if (_movies.GetValueOrDefault(movieId) is { Pending: { } vectors } movie)
            {
                (movie.Vectors, movie.Pending) = (vectors, null);
                movie.Change = _journal.Add(movieId, isNew: movie.Change == 0);
            }
        }
    }

    /// <summary>At most <paramref name="limit"/> movies whose vectors changed after a change, and up to which change they are all.</summary>
    public (VectorsOfMovie[] Movies, long Through) ChangesAfter(long change, int limit)
    {
        var (keys, through) = _journal.After(change, limit);
        return ([.. keys.Select(movieId => VectorsOfMovie.Of(movieId, _movies[movieId].Vectors!))], through);
    }

    private sealed class Entry
    {
        public int News { get; set; }

        public bool IsDue { get; set; }

        public MovieVectors? Pending { get; set; }

        public MovieVectors? Vectors { get; set; }

        public long Change { get; set; }
    }
}
