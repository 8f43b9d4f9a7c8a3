using OnlineCF.Training.Evaluation;
using OnlineCF.Training.History;

namespace OnlineCF.Training.Tests.Evaluation;

public sealed class BaselineTests
{
    [Fact]
    public void Popular_movies_leave_out_what_the_user_rated()
    {
        var set = All((1, 10, 3), (2, 10, 3), (3, 10, 3), (1, 11, 3), (2, 11, 3), (3, 12, 3));
        var top = new int[20];

        var listed = new PopularityBaseline(set, (_, _) => 3).Top(user: 2, top);

        Assert.Equal([11], top.Take(listed).Select(row => set.MovieIds[row]));
    }

    [Fact]
    public void Biases_are_the_exact_minimum_of_their_objective()
    {
        var set = All((1, 10, 5), (1, 11, 3), (2, 10, 4), (2, 11, 1), (3, 11, 2));
        var biases = new BiasBaseline(set, userL2: 1, movieL2: 2, sweeps: 200);

        for (var user = 0; user < set.TrainedUsers; user++)
        {
            var movies = set.Train.MoviesOf(user).ToArray();
            var values = set.Train.ValuesOf(user).ToArray();
            var slope = movies.Zip(values, (movie, value) => value - biases.Predict(user, movie)).Sum()
                - biases.UserBiases[user];
            Assert.Equal(0, slope, 1e-5);
        }
    }

    [Fact]
    public void Unrated_movie_has_no_bias()
    {
        var set = TrainingSet.Create(TestRatings.History((1, 10, 5), (1, 11, 5)), (_, movie) => movie == 11, 0);

        Assert.Equal(0, new BiasBaseline(set).MovieBiases[1]);
    }

    private static TrainingSet All(params (long, long, float)[] ratings) =>
        TrainingSet.Create(TestRatings.History(ratings), (_, _) => false, 0);
}
