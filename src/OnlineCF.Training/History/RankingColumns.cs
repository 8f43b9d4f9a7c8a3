namespace OnlineCF.Training.History;

/// <summary>
/// Ratings by row of the ranking head: one row for each user and, where sittings count too, after them one for each
/// sitting: what a user rated without a pause of more than an hour, at most 25 ratings.
/// </summary>
internal sealed class RankingColumns
{
    /// <summary>A longer pause ends a sitting, in seconds.</summary>
    public const uint Pause = 3600;

    /// <summary>A sitting has at most so many ratings.</summary>
    public const int MostRatings = 25;

    private RankingColumns(RatingColumns byRow, int rows, int movies) =>
        (ByRow, Rows, ByMovie) = (byRow, rows, byRow.Transpose(movies));

    /// <summary>Rows: users, then sittings.</summary>
    public int Rows { get; }

    /// <summary>The ratings by row, in the order of the history.</summary>
    public RatingColumns ByRow { get; }

    /// <summary>The ratings by movie: its Movies are rows.</summary>
    public RatingColumns ByMovie { get; }

    /// <summary>The ratings of the trained movies, by user, and by sitting too where they are told apart.</summary>
    /// <param name="set">The ratings.</param>
    /// <param name="sittings">Whether sittings are rows. Ratings whose time is not known belong to none.</param>
    /// <param name="holdOut">Whether the hold-out counts too.</param>
    public static RankingColumns Of(TrainingSet set, bool sittings, bool holdOut)
    {
        var users = set.UserIds.Length;
        var ratings = new Ratings(set, holdOut);
        var rows = users;
        var sittingOf = new int[sittings ? ratings.Count : 0];
        for (var user = 0; user < users && sittings; user++)
        {
            rows = MarkSittings(ratings, user, sittingOf, rows);
        }

        var grouping = new RatingColumns.Grouping(rows, namesUsers: false);
        for (var at = 0; at < ratings.Count; at++)
        {
            if (ratings.IsListed(at))
            {
                grouping.Expect(ratings.UserOf(at));
                if (sittings && sittingOf[at] > 0)
                {
                    grouping.Expect(sittingOf[at]);
                }
            }
        }

        for (var at = 0; at < ratings.Count; at++)
        {
            if (ratings.IsListed(at))
            {
                grouping.Add(ratings.UserOf(at), ratings.MovieOf(at), ratings.ValueOf(at));
                if (sittings && sittingOf[at] > 0)
                {
                    grouping.Add(sittingOf[at], ratings.MovieOf(at), ratings.ValueOf(at));
                }
            }
        }

        return new RankingColumns(grouping.Columns, rows, set.TrainedMovies);
    }

    // Numbers the sittings of a user from the next row on.
    private static int MarkSittings(Ratings ratings, int user, int[] sittingOf, int next)
    {
        var (places, last, count) = (ratings.PlacesOf(user), 0u, 0);
        foreach (var at in places)
        {
            var seconds = ratings.SecondsOf(at);
            if (seconds == 0)
            {
                continue;
            }

            if (count == 0 || count == MostRatings || seconds - last > Pause)
            {
                (next, count) = (next + 1, 0);
            }

            (last, count) = (seconds, count + 1);
            sittingOf[at] = next - 1;
        }

        return next;
    }

    // Training ratings, then those of the hold-out, by one number.
    private readonly struct Ratings(TrainingSet set, bool holdOut)
    {
        private readonly int _train = set.Train.Count;

        public int Count => _train + (holdOut ? set.HoldOut.Count : 0);

        public int UserOf(int at) => at < _train ? set.Train.Users[at] : set.HoldOut.Users[at - _train];

        public int MovieOf(int at) => at < _train ? set.Train.Movies[at] : set.HoldOut.Movies[at - _train];

        public float ValueOf(int at) => at < _train ? set.Train.Values[at] : set.HoldOut.Values[at - _train];

        public uint SecondsOf(int at) => at < _train ? set.Seconds.Train[at] : set.Seconds.HoldOut[at - _train];

        public bool IsListed(int at) => at < _train || MovieOf(at) < set.TrainedMovies;

        // In the order of time; of one second in the order of the history.
        public int[] PlacesOf(int user)
        {
            var ratings = this;
            var places = Enumerable.Range(set.Train.Offsets[user], set.Train.Offsets[user + 1] - set.Train.Offsets[user]);
            if (holdOut)
            {
                places = places.Concat(Enumerable.Range(
                    _train + set.HoldOut.Offsets[user], set.HoldOut.Offsets[user + 1] - set.HoldOut.Offsets[user]));
            }

            return [.. places.Where(ratings.IsListed).OrderBy(ratings.SecondsOf)];
        }
    }
}
