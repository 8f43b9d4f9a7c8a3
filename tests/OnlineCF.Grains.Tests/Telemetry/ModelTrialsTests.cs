using Microsoft.Extensions.Logging.Abstractions;
using OnlineCF.Grains.Recommending;
using OnlineCF.Grains.Telemetry;
using OnlineCF.Grains.Tests.Recommending;
using OnlineCF.Grains.Users;
using OnlineCF.Scoring;

namespace OnlineCF.Grains.Tests.Telemetry;

public sealed class ModelTrialsTests : IDisposable
{
    private const int Movies = 100;

    private static readonly RatedMovies Rated = new([3, 7, 9], [4.5f, 1, 5], [1, 2, 3], 3);

    private readonly EngineBench _bench = new();
    private readonly ModelTrials _trials = new();
    private readonly PrequentialMeter _meter;

    public ModelTrialsTests() => _meter = new PrequentialMeter(TimeProvider.System, _trials, NullLogger<PrequentialMeter>.Instance);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Both_models_are_asked_about_the_same_ratings()
    {
        var (before, now) = (Model(1), Model(2));
        _trials.OnSwapped(null, before);
        _trials.OnSwapped(before, now);
        var (visitor, other) = (Visitor.Of(now, Rated, 0), Visitor.Of(before, Rated, 0));
        var list = _bench.Engine.TopMovies(visitor, 10);
        var otherList = _bench.Engine.TopMovies(other, 10);
        var onlyNow = list.First(movie => !otherList.Contains(movie));

        Observe(visitor, (onlyNow, 5), (otherList[0], 2), (3, 5), (Movies + 1, 5));

        // A movie that was rated before and one that neither knows say nothing.
        var trial = Assert.Single(_trials.All);
        Assert.Equal((2, 1, 2, 1), (trial.Version, trial.Against, trial.Ratings, trial.Liked));
        Assert.Equal((1, 0), (trial.Sums.Hits, trial.AgainstSums.Hits));
        Assert.Equal(1 / Math.Log2(list.ToList().IndexOf(onlyNow) + 2), trial.Sums.Gains, 1e-12);
        Assert.Equal(Squares(visitor, (onlyNow, 5), (otherList[0], 2)), trial.Sums.SquaredErrors, 1e-9);
        Assert.Equal(Squares(other, (onlyNow, 5), (otherList[0], 2)), trial.AgainstSums.SquaredErrors, 1e-9);
    }

    [Fact]
    public void Trial_is_over_after_enough_ratings_and_lets_the_older_model_go()
    {
        var now = Model(2);
        var before = Start(now);
        for (var i = 0; i < ModelTrials.MostRatings + 10; i++)
        {
            Observe(Visitor.Of(now, Rated, 0), (20, 3));
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        Assert.Equal(ModelTrials.MostRatings, _trials.All[0].Ratings);
        Assert.False(before.IsAlive);
    }

    [Fact]
    public void What_another_model_said_belongs_to_no_trial()
    {
        var (before, now) = (Model(1), Model(2));
        _trials.OnSwapped(before, now);

        Observe(Visitor.Of(before, Rated, 0), (20, 3));

        Assert.Equal(0, _trials.All[0].Ratings);
    }

    [Fact]
    public void Nothing_is_shown_on_few_ratings()
    {
        var now = Model(2);
        _trials.OnSwapped(Model(1), now);
        for (var i = 1; i <= ModelTrial.LeastRatings; i++)
        {
            Assert.False(_trials.All[0].IsShown);
            Assert.True(double.IsNaN(_meter.Rmse));
            Assert.True(double.IsNaN(_meter.HitRate10));
            Observe(Visitor.Of(now, Rated, 0), (20, i % 2 == 0 ? 3 : 4));
        }

        Assert.True(_trials.All[0].IsShown);
        Assert.InRange(_meter.Rmse, 0, 5);
        Assert.InRange(_meter.HitRate10, 0, 1);
    }

    [Fact]
    public void Version_that_serves_again_is_tried_anew()
    {
        var (one, two) = (Model(1), Model(2));
        _trials.OnSwapped(one, two);
        _trials.OnSwapped(two, one);
        _trials.OnSwapped(one, two);

        Assert.Equal([(2, 1), (1, 2)], _trials.All.Select(trial => ((int)trial.Version, (int)trial.Against)));
    }

    [Fact]
    public void Silos_add_up()
    {
        ModelTrial[] trials =
        [
            new(2, 1, 10, 4, new(5, 2, 1.5), new(6, 1, 1)), new(3, 2, 1, 1, new(1, 1, 1), new(1, 1, 1)),
            new(2, 1, 30, 6, new(7, 3, 2), new(8, 2, 1.5)),
        ];

        var joined = ModelTrial.Join(trials);

        Assert.Equal([3L, 2L], joined.Select(trial => trial.Version));
        Assert.Equal(new ModelTrial(2, 1, 40, 10, new(12, 5, 3.5), new(14, 3, 2.5)), joined[1]);
        Assert.Equal(0.5, joined[1].Sums.HitRate10Of(10));
        Assert.True(double.IsNaN(joined[1].Sums.Ndcg10Of(0)));
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private WeakReference Start(ServingModel now)
    {
        var before = Model(1);
        _trials.OnSwapped(before, now);
        return new WeakReference(before);
    }

    private void Observe(Visitor visitor, params (long MovieId, float Value)[] ratings) => _meter.Observe(
        visitor, _bench.Engine, [.. ratings.Select(x => new IncomingRating(x.MovieId, x.Value, null))]);

    private double Squares(Visitor visitor, params (long MovieId, float Value)[] ratings) => ratings.Sum(
        x => Math.Pow(x.Value - _bench.Engine.Predict(visitor, [x.MovieId]).PredictedRatings[0], 2));

    private static ServingModel Model(int version) => ServingModel.Create(EngineBench.Snapshot(version, Movies, users: 20));
}
