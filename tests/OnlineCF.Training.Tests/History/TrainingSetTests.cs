using OnlineCF.Core.Ratings;
using OnlineCF.Training.History;

namespace OnlineCF.Training.Tests.History;

public sealed class TrainingSetTests
{
    [Fact]
    public void Held_out_pairs_never_train_and_no_rating_is_lost()
    {
        var history = TestRatings.History(TestRatings.Checkerboard(users: 40, movies: 30));

        var set = TrainingSet.Create(history, (user, movie) => HoldOut.Contains(user, movie, 0.2), 0);

        Assert.Equal(history.Count, set.Train.Count + set.HoldOut.Count);
        Assert.InRange(set.HoldOut.Count, 1, set.Train.Count);
        Assert.All(Pairs(set, set.Train), pair => Assert.False(HoldOut.Contains(pair.User, pair.Movie, 0.2)));
        Assert.All(Pairs(set, set.HoldOut), pair => Assert.True(HoldOut.Contains(pair.User, pair.Movie, 0.2)));
    }

    [Fact]
    public void Movies_and_users_without_training_ratings_come_after_the_trained_rows()
    {
        var history = TestRatings.History((1, 10, 3f), (2, 20, 4f), (3, 30, 5f));

        var set = TrainingSet.Create(history, (_, movie) => movie == 20, 0);

        Assert.Equal((2, 2), (set.TrainedUsers, set.TrainedMovies));
        Assert.Equal([1, 3, 2], set.UserIds);
        Assert.Equal([10, 30, 20], set.MovieIds);
    }

    [Fact]
    public void User_whose_ratings_are_all_gone_has_no_row()
    {
        var history = TestRatings.History((1, 10, 3f), (2, 10, 4f));
        history.Apply(new RatingEntry(3, RatingEntryKind.Deleted, 1, 10, 0, 0));

        Assert.Equal([2], TrainingSet.Create(history, (_, _) => false, 0).UserIds);
    }

    [Fact]
    public void Ratings_after_the_seen_sequence_are_new()
    {
        var history = TestRatings.History((2, 10, 3f), (1, 10, 4f), (2, 11, 5f));

        var set = TrainingSet.Create(history, (_, _) => false, seenSequence: 2);

        Assert.Equal([10, 11, 10], set.Train.Movies.Select(movie => set.MovieIds[movie]));
        Assert.Equal([false, true, false], set.IsNew);
        Assert.Equal([11], set.MoviesWithNewRatings().Select(movie => set.MovieIds[movie]));
    }

    [Fact]
    public void Ratings_of_a_movie_are_the_same_ratings()
    {
        var set = TrainingSet.Create(TestRatings.History((1, 10, 3f), (2, 10, 4f), (1, 11, 5f)), (_, _) => false, 0);

        Assert.Equal([0, 1], set.ByMovie.MoviesOf(0).ToArray());
        Assert.Equal([3f, 4f], set.ByMovie.ValuesOf(0).ToArray());
        Assert.Equal(4f, set.GlobalMean);
    }

    private static IEnumerable<(long User, long Movie)> Pairs(TrainingSet set, RatingColumns ratings) =>
        ratings.Users.Zip(ratings.Movies, (user, movie) => (set.UserIds[user], set.MovieIds[movie]));
}
