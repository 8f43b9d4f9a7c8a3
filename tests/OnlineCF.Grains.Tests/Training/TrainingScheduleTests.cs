using OnlineCF.Core.Models;
using OnlineCF.Core.Training;
using OnlineCF.Grains.Training;

namespace OnlineCF.Grains.Tests.Training;

public sealed class TrainingScheduleTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;

    private readonly TrainingOptions _options = new()
    {
        Interval = TimeSpan.FromSeconds(30),
        MinNewRatings = 1000,
        FullRetrainEvery = 3,
    };

    [Theory]
    [InlineData(999, 0, false)]
    [InlineData(1000, 0, true)]
    [InlineData(1999, 100, false)]
    [InlineData(2000, 29, false)]
    [InlineData(2000, 30, true)]
    public void Round_is_due_when_enough_ratings_and_enough_time_have_come(long sequence, int seconds, bool due)
    {
        var schedule = new TrainingSchedule(_options);
        if (seconds > 0)
        {
            schedule.OnStarted(Start);
            schedule.OnFinished(new RoundReport(1, RoundOutcome.Promoted, 1000, true), Start);
        }

        Assert.Equal(due, schedule.IsDue(Start.AddSeconds(seconds), sequence));
    }

    [Theory]
    [InlineData(-3600)]
    [InlineData(-60 * 24 * 3600)]
    [InlineData(20 * 365 * 24 * 3600)]
    public void A_clock_that_was_set_holds_no_round_up(long seconds)
    {
        var schedule = new TrainingSchedule(_options);
        schedule.OnStarted(Start.AddYears(50));

        Assert.True(schedule.IsDue(Start.AddYears(50).AddSeconds(seconds), 1000));
    }

    [Fact]
    public void Erasure_has_everything_trained_anew_after_half_of_its_time_and_once()
    {
        _options.ErasureWithin = TimeSpan.FromHours(24);
        var schedule = new TrainingSchedule(_options);
        schedule.Resume(5000, fullSequence: 5000, roundsSinceFull: 0);
        schedule.OnErased(Start, 5000, isOld: false);
        Assert.False(schedule.IsDueForErasure(Start.AddDays(9)));

        schedule.OnErased(Start, 5001, isOld: false);
        schedule.OnErased(Start.AddHours(8), 5002, isOld: false);
        Assert.False(schedule.IsDueForErasure(Start.AddHours(11.9)));
        Assert.True(schedule.IsDueForErasure(Start.AddHours(12)));

        // A full round that is older than the erasure does not do, one that has read it does.
        schedule.OnStarted(Start.AddHours(12));
        schedule.OnFinished(new RoundReport(1, RoundOutcome.Promoted, 5001, true), Start.AddHours(12));
        schedule.OnErased(Start.AddHours(12), 5002, isOld: false);
        Assert.True(schedule.IsDueForErasure(Start.AddHours(24)));
        schedule.OnFinished(new RoundReport(2, RoundOutcome.Promoted, 5002, true), Start.AddHours(24));
        schedule.OnErased(Start.AddHours(24), 5002, isOld: false);
        Assert.False(schedule.IsDueForErasure(Start.AddYears(1)));
    }

    [Fact]
    public void Erasure_that_was_there_before_the_trainer_is_due_at_once_and_none_where_rounds_do_not_start_by_themselves()
    {
        var schedule = new TrainingSchedule(_options);
        schedule.Resume(5000, fullSequence: 4000, roundsSinceFull: 1);
        schedule.OnErased(Start, 4500, isOld: true);
        Assert.True(schedule.IsDueForErasure(Start));

        _options.Automatic = false;
        Assert.False(schedule.IsDueForErasure(Start));
    }

    [Fact]
    public void Nothing_starts_by_itself_when_that_is_switched_off()
    {
        _options.Automatic = false;
        Assert.False(new TrainingSchedule(_options).IsDue(Start, 1_000_000));
    }

    [Fact]
    public void Failed_round_leaves_its_ratings_to_the_next()
    {
        var schedule = new TrainingSchedule(_options);
        schedule.OnStarted(Start);
        schedule.OnFinished(new RoundReport(1, RoundOutcome.Failed, 0, true), Start);
        Assert.Equal(0, schedule.TrainedSequence);
        Assert.True(schedule.IsDue(Start.AddSeconds(30), 1000));
    }

    [Fact]
    public void Every_third_round_is_full()
    {
        var schedule = new TrainingSchedule(_options);
        var full = new List<bool>();
        for (var round = 1; round <= 7; round++)
        {
            full.Add(schedule.NextIsFull(hasModel: round > 1, 100_000 + round));
            schedule.OnFinished(new RoundReport(round, RoundOutcome.Promoted, 100_000 + round, full[^1]), Start);
        }

        Assert.Equal([true, false, false, true, false, false, true], full);
    }

    [Theory]
    [InlineData(1499, false)]
    [InlineData(1500, true)]
    public void Round_is_full_when_the_log_has_grown_by_half_since_the_last_full_one(long sequence, bool full)
    {
        var schedule = new TrainingSchedule(_options);
        schedule.OnFinished(new RoundReport(1, RoundOutcome.Promoted, 1000, true), Start);
        Assert.Equal(full, schedule.NextIsFull(hasModel: true, sequence));
    }

    [Fact]
    public void Rejected_incremental_round_is_followed_by_a_full_one()
    {
        var schedule = new TrainingSchedule(_options);
        schedule.OnFinished(new RoundReport(1, RoundOutcome.Promoted, 1000, true), Start);
        schedule.OnFinished(new RoundReport(2, RoundOutcome.Rejected, 1100, false), Start);
        Assert.True(schedule.NextIsFull(hasModel: true, 1200));
        schedule.OnFinished(new RoundReport(3, RoundOutcome.Rejected, 1200, true), Start);
        Assert.False(schedule.NextIsFull(hasModel: true, 1300));
    }

    [Theory]
    [InlineData(RoundOutcome.Cancelled)]
    [InlineData(RoundOutcome.Failed)]
    public void After_a_round_that_was_cancelled_or_failed_the_interval_begins_anew(RoundOutcome outcome)
    {
        var schedule = new TrainingSchedule(_options);
        schedule.OnStarted(Start);
        schedule.OnFinished(new RoundReport(1, outcome, 0, true), Start.AddSeconds(100));

        Assert.False(schedule.IsDue(Start.AddSeconds(101), 5000));
        Assert.True(schedule.IsDue(Start.AddSeconds(130), 5000));
    }

    [Fact]
    public void After_an_incremental_round_that_failed_everything_is_trained_anew()
    {
        var schedule = new TrainingSchedule(_options);
        schedule.OnFinished(new RoundReport(1, RoundOutcome.Promoted, 100_000, true), Start);
        Assert.False(schedule.NextIsFull(hasModel: true, 101_000));

        schedule.OnFinished(new RoundReport(2, RoundOutcome.Failed, 0, false), Start);
        Assert.True(schedule.NextIsFull(hasModel: true, 101_000));
    }

    [Fact]
    public void Round_waits_for_the_end_of_a_burst()
    {
        var schedule = new TrainingSchedule(_options);
        var due = Ratings(schedule, [0, 0, 0, .. Enumerable.Repeat(5000, 20), 500, 0, 0, 0]);

        Assert.Equal(TimeSpan.FromSeconds(23 + 2), due);
    }

    [Fact]
    public void Round_does_not_wait_for_a_trickle_to_end()
    {
        // Thirty a second are less than a round's worth in an interval.
        Assert.Equal(TimeSpan.FromSeconds(34), Ratings(new TrainingSchedule(_options), [.. Enumerable.Repeat(30, 100)]));
    }

    [Fact]
    public void Round_starts_when_a_steady_flow_falls_to_a_quarter()
    {
        var due = Ratings(new TrainingSchedule(_options), [.. Enumerable.Repeat(1000, 20), .. Enumerable.Repeat(200, 20)]);

        Assert.NotNull(due);
        Assert.InRange(due.Value, TimeSpan.FromSeconds(21), TimeSpan.FromSeconds(23));
    }

    [Fact]
    public void Round_waits_for_ratings_that_never_slacken_no_longer_than_ten_intervals()
    {
        Assert.Equal(TimeSpan.FromSeconds(1 + 300), Ratings(new TrainingSchedule(_options), [.. Enumerable.Repeat(1000, 400)]));

        var later = new TrainingSchedule(_options);
        later.OnStarted(Start);
        later.OnFinished(new RoundReport(1, RoundOutcome.Promoted, 0, true), Start.AddSeconds(5));
        Assert.Equal(TimeSpan.FromSeconds(300), Ratings(later, [.. Enumerable.Repeat(1000, 400)]));
    }

    // Lets so many ratings come in each second, and looks after each.
    private static TimeSpan? Ratings(TrainingSchedule schedule, int[] seconds)
    {
        var sequence = 0L;
        schedule.OnLook(Start, sequence);
        for (var second = 1; second <= seconds.Length; second++)
        {
            sequence += seconds[second - 1];
            var now = Start.AddSeconds(second);
            schedule.OnLook(now, sequence);
            if (schedule.IsDue(now, sequence))
            {
                return now - Start;
            }
        }

        return null;
    }
}
