using OnlineCF.Core.Models;
using OnlineCF.Training.Evaluation;
using OnlineCF.Training.Factors;

namespace OnlineCF.Training.Rounds;

/// <summary>
/// Remembers the best snapshot on the way to the one that serves. Each candidate is measured against both, so
/// that many small losses, each within the tolerance, cannot add up: together they stay within one. Held in
/// memory; after a start, or where something else serves than what passed last, the caller knows the best.
/// </summary>
internal sealed class Champion
{
    private FactorSnapshot? _best;
    private FactorSnapshot? _lastPassed;

    /// <summary>What a candidate must not be worse than: the serving snapshot first, then the best, if it is another.</summary>
    /// <param name="serving">The serving snapshot; null for none.</param>
    /// <param name="known">The best that the caller knows of; null where that is the serving one.</param>
    /// <param name="measure">The hold-out.</param>
    /// <param name="cancellationToken">Ends the measuring.</param>
    public IReadOnlyList<Rival> RivalsOf(
        FactorSnapshot? serving, FactorSnapshot? known, RoundMeasure measure, CancellationToken cancellationToken)
    {
        if (serving is null)
        {
            _best = null;
            return [];
        }

        var own = Rival.Serving(measure.Of(serving, EpochLoss.None, cancellationToken));
        if (_best is null || _lastPassed is null || !IsSame(_lastPassed, serving))
        {
            _best = WithoutUsers(known ?? serving);
        }

        return IsSame(_best, serving)
            ? [own]
            : [own, Rival.Best(measure.Of(_best, EpochLoss.None, cancellationToken))];
    }

    /// <summary>Notes a candidate that will serve; it is the best where no rival has better stars or lists.</summary>
    /// <returns>Whether it is.</returns>
    public bool OnPassed(FactorSnapshot candidate, Measured measured, IReadOnlyList<Rival> rivals)
    {
        _lastPassed = WithoutUsers(candidate);
        var isBest = _best is null || rivals.All(rival => IsNotWorse(measured, rival.Measured));
        _best = isBest ? _lastPassed : _best;
        return isBest;
    }

    private static bool IsNotWorse(Measured candidate, Measured other) =>
        !PairedLoss.OfRmse(candidate.Users, other.Users).IsReal(0, 0)
        && !PairedLoss.OfNdcg(candidate.Users, other.Users).IsReal(0, 0);

    // By content: what has been stored and loaded again is the same snapshot.
    private static bool IsSame(FactorSnapshot one, FactorSnapshot other) =>
        one.TrainedSequence == other.TrainedSequence
        && one.Movies.Biases.AsSpan().SequenceEqual(other.Movies.Biases)
        && one.Movies.RankingFactors.AsSpan().SequenceEqual(other.Movies.RankingFactors);

    // Users are folded in when they are measured; the rows of users who may be erased later are not kept.
    private static FactorSnapshot WithoutUsers(FactorSnapshot snapshot) =>
        snapshot with { Users = FactorTable.Empty(snapshot.EmbeddingDim) };
}
