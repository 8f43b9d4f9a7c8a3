using OnlineCF.Core.Models;
using OnlineCF.Core.Ratings;
using OnlineCF.Training.Evaluation;
using OnlineCF.Training.Factors;
using OnlineCF.Training.History;
using OnlineCF.Training.Rounds;

namespace OnlineCF.Training.Tests.Rounds;

public sealed class ChampionTests
{
    private const int MostRounds = 100;

    private readonly TrainingSet _set = TrainingSet.Create(
        TestRatings.History(TestRatings.Checkerboard(60, 60)),
        (user, movie) => HoldOut.Contains(user, movie, 0.2), 0);

    [Fact]
    public void Losses_each_within_the_tolerance_do_not_add_up()
    {
        var (champion, serving) = (new Champion(), Snapshot(1, 1));
        var first = Measure(serving).Figures.ValidationRmse;
        champion.OnPassed(serving, Measure(serving), []);
        for (var round = 2; round < MostRounds; round++)
        {
            var candidate = Snapshot(round, 1 - (0.001 * round));
            var (passed, reason) = Offer(champion, candidate, serving);
            if (!passed)
            {
                Assert.Contains("the best model so far", reason, StringComparison.Ordinal);
                Assert.DoesNotContain("the serving model", reason, StringComparison.Ordinal);
                Assert.InRange(Measure(serving).Figures.ValidationRmse / first, 1, 1 + PromotionGate.RmseTolerance);
                return;
            }

            serving = candidate;
        }

        Assert.Fail("A hundred losses passed.");
    }

    [Fact]
    public void Better_candidate_becomes_the_one_to_beat()
    {
        var (champion, first) = (new Champion(), Snapshot(1, 0.9));
        champion.OnPassed(first, Measure(first), []);
        var better = Snapshot(2, 1);
        Assert.True(Offer(champion, better, first).Passed);

        Assert.Single(champion.RivalsOf(better, null, new RoundMeasure(_set, int.MaxValue, 1), CancellationToken.None));
    }

    [Fact]
    public void After_a_rollback_the_serving_snapshot_alone_is_to_beat()
    {
        var (champion, first) = (new Champion(), Snapshot(1, 0.9));
        champion.OnPassed(first, Measure(first), []);
        Assert.True(Offer(champion, Snapshot(2, 1), first).Passed);

        Assert.Single(champion.RivalsOf(first, null, new RoundMeasure(_set, int.MaxValue, 1), CancellationToken.None));
    }

    [Fact]
    public void After_a_restart_the_best_that_the_caller_knows_is_to_beat_too()
    {
        var (best, serving) = (Snapshot(1, 1), Snapshot(2, 0.99));
        var measure = new RoundMeasure(_set, int.MaxValue, 1);
        var champion = new Champion();

        var rivals = champion.RivalsOf(serving, best, measure, CancellationToken.None);

        Assert.Equal(2, rivals.Count);
        Assert.Equal(Measure(best).Figures.ValidationRmse, rivals[1].Measured.Figures.ValidationRmse);
        Assert.False(champion.OnPassed(Snapshot(3, 0.98), Measure(Snapshot(3, 0.98)), rivals));
        Assert.True(champion.OnPassed(Snapshot(4, 1.01), Measure(Snapshot(4, 1.01)), rivals));
    }

    private (bool Passed, string Reason) Offer(Champion champion, FactorSnapshot candidate, FactorSnapshot serving)
    {
        var rivals = champion.RivalsOf(serving, null, new RoundMeasure(_set, int.MaxValue, 1), CancellationToken.None);
        var measured = Measure(candidate);
        var verdict = PromotionGate.Judge(candidate, measured, rivals);
        if (verdict.Passed)
        {
            champion.OnPassed(candidate, measured, rivals);
        }

        return verdict;
    }

    private Measured Measure(FactorSnapshot snapshot) =>
        new RoundMeasure(_set, int.MaxValue, 1).Of(snapshot, EpochLoss.None, CancellationToken.None);

    // What the board is made of: one taste, ±1 by parity. A smaller factor says less of it, so its stars are worse.
    private FactorSnapshot Snapshot(long sequence, double factor)
    {
        var ids = _set.MovieIds.AsSpan(0, _set.TrainedMovies).ToArray();
        var (rows, biases) = (new float[ids.Length * FactorTable.StrideOf(1)], new float[ids.Length]);
        for (var row = 0; row < ids.Length; row++)
        {
            rows[row * FactorTable.StrideOf(1)] = (float)(ids[row] % 2 == 0 ? factor : -factor);
        }

        return new FactorSnapshot
        {
            TrainedSequence = sequence,
            TrainedAt = DateTimeOffset.UnixEpoch,
            GlobalMean = 3,
            FoldIn = new FoldInParameters(RatingL2: 1),
            Movies = new FactorTable(1, ids, new int[ids.Length], biases, rows, rows),
            Users = FactorTable.Empty(1),
        };
    }
}
