using OnlineCF.Core.Ratings;
using OnlineCF.Training.History;

namespace OnlineCF.Training.Rounds;

/// <summary>Training and test ratings as one set, and where in time each test rating stands.</summary>
internal static class OfflineSplit
{
    /// <summary>
    /// The set, with each user's training ratings in the order of time, and for each of its hold-out ratings how
    /// many of them had been given by then; no moments where no rating has a time.
    /// </summary>
    public static (TrainingSet Set, int[]? Moments) Create(IReadOnlyList<Rating> train, IReadOnlyList<Rating> test)
    {
        var history = new RatingHistory();
        foreach (var rating in train.OrderBy(rating => rating.RatedAtMicros).Concat(test))
        {
            history.Apply(new RatingEntry(
                history.LastSequence + 1, RatingEntryKind.Rated, rating.UserId, rating.MovieId, rating.Value, rating.RatedAtMicros));
        }

        // A pair that is in both has taken the sequence of its last entry, which is one of the test's.
        var set = TrainingSet.Create(history, rating => rating.Sequence > train.Count, _ => true);
        var timed = train.Any(rating => rating.RatedAtMicros > 0) && test.Any(rating => rating.RatedAtMicros > 0);
        return (set, timed ? Moments(set, train, test) : null);
    }

    private static int[] Moments(TrainingSet set, IReadOnlyList<Rating> train, IReadOnlyList<Rating> test)
    {
        var (given, asked) = (Times(train), Times(test));
        var moments = new int[set.HoldOut.Count];
        var times = new List<long>();
        for (var user = 0; user < set.UserIds.Length; user++)
        {
            times.Clear();
            foreach (var movie in set.Train.MoviesOf(user))
            {
                times.Add(given[(set.UserIds[user], set.MovieIds[movie])]);
            }

            var movies = set.HoldOut.MoviesOf(user);
            for (var i = 0; i < movies.Length; i++)
            {
                moments[set.HoldOut.Offsets[user] + i] =
                    GivenBy(asked[(set.UserIds[user], set.MovieIds[movies[i]])], times);
            }
        }

        return moments;
    }

    private static Dictionary<(long User, long Movie), long> Times(IReadOnlyList<Rating> ratings)
    {
        var times = new Dictionary<(long, long), long>(ratings.Count);
        foreach (var rating in ratings)
        {
            times[(rating.UserId, rating.MovieId)] = rating.RatedAtMicros;
        }

        return times;
    }

    // How many of the rising times are not above this one.
    private static int GivenBy(long time, List<long> times)
    {
        var place = times.BinarySearch(time + 1);
        place = place < 0 ? ~place : place;
        while (place > 0 && times[place - 1] > time)
        {
            place--;
        }

        return place;
    }
}
