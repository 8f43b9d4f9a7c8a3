using OnlineCF.Core.Ratings;

namespace OnlineCF.Training.History;

/// <summary>
/// What one round trains on and is measured by. Rows are dense; users and movies with training ratings come
/// first, then those that only the hold-out has: they are measured but never trained.
/// </summary>
internal sealed class TrainingSet
{
    private TrainingSet(RowSpace users, RowSpace movies, RatingColumns train, RatingColumns holdOut, bool[] isNew, RatingSeconds seconds)
    {
        (Train, HoldOut, IsNew, Seconds) = (train, holdOut, isNew, seconds);
        (UserIds, TrainedUsers) = (users.Ids, users.Trained);
        (MovieIds, TrainedMovies) = (movies.Ids, movies.Trained);
        ByMovie = train.Transpose(MovieIds.Length);
        GlobalMean = train.Count == 0 ? 0 : (float)train.Values.Average(v => (double)v);
    }

    private TrainingSet(TrainingSet other)
    {
        (Train, ByMovie, IsNew, GlobalMean) = (other.Train, other.ByMovie, other.IsNew, other.GlobalMean);
        (UserIds, TrainedUsers) = (other.UserIds, other.TrainedUsers);
        (MovieIds, TrainedMovies) = (other.MovieIds, other.TrainedMovies);
        HoldOut = new RatingColumns.Grouping(UserIds.Length).Columns;
        Seconds = other.Seconds with { HoldOut = [] };
    }

    /// <summary>Ids of the user rows.</summary>
    public long[] UserIds { get; }

    /// <summary>Ids of the movie rows.</summary>
    public long[] MovieIds { get; }

    /// <summary>How many user rows have training ratings; they come first.</summary>
    public int TrainedUsers { get; }

    /// <summary>How many movie rows have training ratings; they come first.</summary>
    public int TrainedMovies { get; }

    /// <summary>μ of the training ratings; 0 when there are none.</summary>
    public float GlobalMean { get; }

    /// <summary>The ratings that train.</summary>
    public RatingColumns Train { get; }

    /// <summary>The training ratings grouped by movie: its Movies are user rows.</summary>
    public RatingColumns ByMovie { get; }

    /// <summary>The ratings that never train.</summary>
    public RatingColumns HoldOut { get; }

    /// <summary>For each training rating, whether it is newer than what the serving snapshot has seen.</summary>
    public bool[] IsNew { get; }

    /// <summary>When the ratings were given.</summary>
    public RatingSeconds Seconds { get; }

    /// <summary>The same training ratings with an empty hold-out.</summary>
    public TrainingSet WithoutHoldOut() => new(this);

    /// <summary>Splits the history.</summary>
    /// <param name="history">All current ratings.</param>
    /// <param name="isHeldOut">Whether a (user id, movie id) pair belongs to the hold-out.</param>
    /// <param name="seenSequence">Ratings with a higher sequence are new.</param>
    /// <param name="halfLife"><see cref="Core.Training.TrainingOptions.HalfLifeRatings"/>.</param>
    public static TrainingSet Create(
        RatingHistory history, Func<long, long, bool> isHeldOut, long seenSequence, long halfLife = 0) =>
        Create(
            history,
            rating => isHeldOut(history.UserIdOf(rating.User), history.MovieIdOf(rating.Movie)),
            rating => rating.Sequence > seenSequence,
            rating => Forgetting.Forgets(
                history.UserIdOf(rating.User), history.MovieIdOf(rating.Movie),
                history.LastSequence - rating.Sequence, halfLife));

    /// <summary>Splits the history by what it says of each rating.</summary>
    public static TrainingSet Create(
        RatingHistory history, Func<HistoryRating, bool> isHeldOut, Func<HistoryRating, bool> isNew) =>
        Create(history, isHeldOut, isNew, _ => false);

    private static TrainingSet Create(
        RatingHistory history, Func<HistoryRating, bool> isHeldOut, Func<HistoryRating, bool> isNew,
        Func<HistoryRating, bool> isForgotten)
    {
        var held = new bool?[history.Count];
        var (users, movies) = (new RowSpace(history.UserCount), new RowSpace(history.MovieCount));
        for (var i = 0; i < held.Length; i++)
        {
            if (!isForgotten(history[i]))
            {
                var isHeld = isHeldOut(history[i]);
                held[i] = isHeld;
                users.Note(history[i].User, trains: !isHeld);
                movies.Note(history[i].Movie, trains: !isHeld);
            }
        }

        users.Number(history.UserIdOf);
        movies.Number(history.MovieIdOf);
        var (train, holdOut) = (new RatingColumns.Grouping(users.Ids.Length), new RatingColumns.Grouping(users.Ids.Length));
        for (var i = 0; i < held.Length; i++)
        {
            if (held[i] is { } isHeld)
            {
                (isHeld ? holdOut : train).Expect(users[history[i].User]);
            }
        }

        var news = new bool[train.Columns.Count];
        var seconds = new RatingSeconds(new uint[train.Columns.Count], new uint[holdOut.Columns.Count]);
        for (var i = 0; i < held.Length; i++)
        {
            if (held[i] is not { } isHeld)
            {
                continue;
            }

            var rating = history[i];
            var at = (isHeld ? holdOut : train).Add(users[rating.User], movies[rating.Movie], rating.Value);
            (isHeld ? seconds.HoldOut : seconds.Train)[at] = rating.Seconds;
            if (!isHeld)
            {
                news[at] = isNew(rating);
            }
        }

        return new TrainingSet(users, movies, train.Columns, holdOut.Columns, news, seconds);
    }

    /// <summary>Numbers the rows of one side.</summary>
    private sealed class RowSpace(int count)
    {
        private readonly byte[] _kinds = new byte[count];
        private readonly int[] _rows = new int[count];

        public long[] Ids { get; private set; } = [];

        public int Trained { get; private set; }

        public int this[int index] => _rows[index];

        public void Note(int index, bool trains) => _kinds[index] |= trains ? (byte)2 : (byte)1;

        public void Number(Func<int, long> idOf)
        {
            var ids = new List<long>(count);
            for (var index = 0; index < count; index++)
            {
                if (_kinds[index] >= 2)
                {
                    _rows[index] = ids.Count;
                    ids.Add(idOf(index));
                }
            }

            Trained = ids.Count;
            for (var index = 0; index < count; index++)
            {
                if (_kinds[index] == 1)
                {
                    _rows[index] = ids.Count;
                    ids.Add(idOf(index));
                }
            }

            Ids = [.. ids];
        }
    }
}

/// <summary>When each rating was given, in whole seconds since 1970; 0 where that is not known.</summary>
/// <param name="Train">Of the ratings that train, by their positions.</param>
/// <param name="HoldOut">Of those that never do.</param>
internal sealed record RatingSeconds(uint[] Train, uint[] HoldOut);
