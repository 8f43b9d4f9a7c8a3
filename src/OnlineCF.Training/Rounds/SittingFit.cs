using OnlineCF.Core.Models;
using OnlineCF.Training.Evaluation;
using OnlineCF.Training.Factors.Cpu;
using OnlineCF.Training.History;

namespace OnlineCF.Training.Rounds;

/// <summary>
/// What comes after the epochs, by closed-form sweeps alone: a second table of ranking factors for lists of a warm sitting,
/// and once the candidate has passed, one more fold of both tables over all ratings, the hold-out included.
/// </summary>
internal sealed class SittingFit(TrainingSet set, FoldInParameters parameters, int threads)
{
    /// <summary>On the first 100,000 ratings of a stream the fourth sweep still gains a hundredth of the hits, the eighth none.</summary>
    private const int FullSweeps = 3;

    /// <summary>An incremental round must cost a fraction of a full one.</summary>
    private const int IncrementalSweeps = 1;

    /// <summary>
    /// The candidate with a table of its own for warm sittings, if on the hold-out that lists better in a sitting than the
    /// candidate's other table does.
    /// </summary>
    /// <param name="candidate">As the epochs made it; its rows are those of the set.</param>
    /// <param name="full">Whether it was trained from random initial values.</param>
    /// <param name="cancellationToken">Seen every few rows.</param>
    public FactorSnapshot WithSittings(FactorSnapshot candidate, bool full, CancellationToken cancellationToken)
    {
        var ratings = RankingColumns.Of(set, sittings: true, holdOut: false);
        if (ratings.Rows == set.UserIds.Length)
        {
            return candidate;
        }

        var fit = Swept(ratings, candidate.Movies, full ? FullSweeps : IncrementalSweeps, cancellationToken);
        var warm = candidate with { SittingMovies = fit };
        return new SittingJudge(set, threads).PrefersSittings(warm, cancellationToken) ? warm : candidate;
    }

    /// <summary>A candidate that passed, folded once more over all ratings; what was judged stays beside it.</summary>
    public FactorSnapshot Fold(FactorSnapshot passed, CancellationToken cancellationToken) => set.HoldOut.Count == 0 ? passed : passed with
    {
        Movies = Swept(RankingColumns.Of(set, sittings: false, holdOut: true), passed.Movies, 1, cancellationToken),
        SittingMovies = passed.SittingMovies is { } sittings
            ? Swept(RankingColumns.Of(set, sittings: true, holdOut: true), sittings, 1, cancellationToken)
            : null,
        JudgedMovies = passed.Movies,
    };

    private FactorTable Swept(RankingColumns ratings, FactorTable movies, int sweeps, CancellationToken cancellationToken)
    {
        using var fit = new RankingSweeps(ratings, movies, parameters, threads);
        for (var sweep = 0; sweep < sweeps; sweep++)
        {
            fit.Sweep(cancellationToken);
        }

        return movies.WithRanking(fit.CopyMovies());
    }
}
