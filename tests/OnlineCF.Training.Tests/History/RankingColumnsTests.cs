using OnlineCF.Core.Ratings;
using OnlineCF.Training.History;

namespace OnlineCF.Training.Tests.History;

public sealed class RankingColumnsTests
{
    private const long Start = 1_700_000_000;

    [Fact]
    public void Pause_of_more_than_an_hour_ends_a_sitting()
    {
        var columns = Sittings(Set(At(1, 10, 0), At(1, 12, 3601), At(1, 11, 1), At(1, 13, 3601 + 3601)));

        Assert.Equal([[10, 11, 12], [13]], columns);
    }

    [Fact]
    public void Sitting_has_25_ratings_at_most()
    {
        var columns = Sittings(Set([.. Enumerable.Range(0, 30).Select(i => At(1, 10 + i, i))]));

        Assert.Equal([25, 5], columns.Select(sitting => sitting.Length));
        Assert.Equal(Enumerable.Range(10, 25), columns[0]);
    }

    [Fact]
    public void Sittings_are_each_users_own_and_every_rating_is_its_users_too()
    {
        var set = Set(At(1, 10, 0), At(2, 10, 1), At(1, 11, 2));

        var columns = RankingColumns.Of(set, sittings: true, holdOut: false);

        Assert.Equal(4, columns.Rows);
        Assert.Equal([2, 1, 2, 1], columns.ByRow.Counts(4));
        Assert.Equal([4, 2], columns.ByMovie.Counts(2));
        Assert.Equal([0, 1, 2, 3], columns.ByMovie.MoviesOf(0).ToArray());
    }

    [Fact]
    public void Ratings_without_a_time_belong_to_no_sitting()
    {
        var set = Set(new Rating(1, 10, 4, 0), new Rating(1, 11, 4, 0), At(1, 12, 0));

        Assert.Equal([[12]], Sittings(set));
        Assert.Equal([3, 1], RankingColumns.Of(set, sittings: true, holdOut: false).ByRow.Counts(2));
    }

    [Fact]
    public void Hold_out_counts_where_it_is_asked_for_and_its_movie_is_trained()
    {
        var set = Set([At(1, 10, 0), At(1, 11, 1), At(1, 12, 2), At(2, 10, 3)], held: rating => rating.UserId == 1 && rating.MovieId != 11);

        Assert.Equal([[11], [10]], Sittings(set));
        var all = RankingColumns.Of(set, sittings: true, holdOut: true);

        // Movie 12 is in the hold-out alone, so the model has no row for it.
        Assert.Equal(2, all.ByRow.Counts(2)[set.UserIds.AsSpan().IndexOf(1)]);
        Assert.Equal(1, all.ByRow.Counts(2)[set.UserIds.AsSpan().IndexOf(2)]);
        Assert.Equal(2, set.TrainedMovies);
    }

    [Fact]
    public void Without_sittings_there_is_a_row_for_each_user()
    {
        var set = Set(At(1, 10, 0), At(2, 10, 1));

        Assert.Equal(2, RankingColumns.Of(set, sittings: false, holdOut: true).Rows);
    }

    private static Rating At(long user, long movie, long seconds) => new(user, movie, 4, (Start + seconds) * 1_000_000);

    private static TrainingSet Set(params Rating[] ratings) => Set(ratings, _ => false);

    private static TrainingSet Set(Rating[] ratings, Func<Rating, bool> held) => TrainingSet.Create(
        TestRatings.History(ratings), (user, movie) => held(ratings.First(x => x.UserId == user && x.MovieId == movie)), 0);

    private static int[][] Sittings(TrainingSet set)
    {
        var columns = RankingColumns.Of(set, sittings: true, holdOut: false);
        var users = set.UserIds.Length;
        return [.. Enumerable.Range(users, columns.Rows - users).Select(row =>
            columns.ByRow.MoviesOf(row).ToArray().Select(movie => (int)set.MovieIds[movie]).Order().ToArray())];
    }
}
