namespace OnlineCF.Benchmarks.Tests;

/// <summary>The benchmarks in small, so that they don't rot, and the allocations that may not grow.</summary>
public sealed class BenchmarkTests
{
    private static readonly WorldShape Tiny = new(60, 40, 2_500);

    [Fact]
    public void Training_speed_has_a_figure_for_every_contestant()
    {
        var figures = TrainingSpeed.Measure(Tiny, turns: 1, TimeSpan.Zero);

        Assert.Equal(3, figures.Count);
        Assert.All(figures, figure => Assert.True(figure.RatingsPerSecond > 0, figure.Name));
        Assert.Equal(1, figures[0].Ratio);
    }

    [Fact]
    public void Training_memory_counts_what_trained()
    {
        var figure = TrainingMemory.Measure(Tiny, _ => { });

        // A fifth is held out; of the made-up pairs some repeat.
        Assert.InRange(figure.TrainedRatings, 0.3 * Tiny.Ratings, 0.85 * Tiny.Ratings);
        Assert.InRange(figure.TableBytes, 1, (Tiny.Users + Tiny.Movies) * 101L * 12);
    }

    [Fact]
    public void List_speed_has_a_figure_for_both()
    {
        var times = ListSpeed.Measure(300, decay: 0.5f, turns: 1);

        Assert.True(times is { Plain: > 0, List: > 0 });
    }

    [Fact]
    public void Generated_ratings_cover_every_user_and_movie()
    {
        var world = new GeneratedRatings(Tiny);
        var entries = Enumerable.Range(1, (int)Tiny.Ratings).Select(sequence => world[sequence]).ToList();

        Assert.Equal(Enumerable.Range(1, Tiny.Users), entries.Select(entry => (int)entry.UserId).Distinct().Order());
        Assert.Equal(Enumerable.Range(1, Tiny.Movies), entries.Select(entry => (int)entry.MovieId).Distinct().Order());
    }

    [Fact]
    public void A_fused_step_allocates_nothing()
    {
        using var benchmarks = new StepBenchmarks { Users = 200 };
        benchmarks.Setup();

        // One thread of several does its share here; with one it is the whole step.
        Assert.Equal(0, AllocatedBy(benchmarks.Step));
    }

    [Fact]
    public void A_list_allocates_nothing()
    {
        var benchmarks = new ServingBenchmarks { Movies = 500 };
        benchmarks.Setup();

        Assert.Equal(0, AllocatedBy(() => benchmarks.TopTen()));
    }

    [Fact]
    public void A_fold_in_allocates_its_result_alone()
    {
        var benchmarks = new ServingBenchmarks { Movies = 500 };
        benchmarks.Setup();

        // Two vectors of 64 floats and three object headers.
        Assert.InRange(AllocatedBy(() => benchmarks.FoldIn()), 1, 50 * 700);
    }

    // Of fifty calls, the least of several times: what a call allocates it does each time, while the runtime, which
    // compiles in tiers as code gets hot, allocates now and then.
    private static long AllocatedBy(Action work)
    {
        const int Times = 6;
        return Enumerable.Range(0, Times).Select(_ => AllocatedByFifty(work)).Min();
    }

    private static long AllocatedByFifty(Action work)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 50; i++)
        {
            work();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
