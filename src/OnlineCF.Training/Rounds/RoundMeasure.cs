using OnlineCF.Core.Models;
using OnlineCF.Training.Evaluation;
using OnlineCF.Training.Factors;
using OnlineCF.Training.History;

namespace OnlineCF.Training.Rounds;

/// <summary>Measures candidates, the serving snapshot and the baselines on one hold-out, all in the same way.</summary>
internal sealed class RoundMeasure
{
    private readonly TrainingSet _set;
    private readonly RankingEvaluator _evaluator;
    private readonly PopularityBaseline _popular;

    /// <summary>Fits the baselines.</summary>
    /// <param name="set">The round's ratings.</param>
    /// <param name="maxUsers">At most so many users are measured.</param>
    /// <param name="threads">How many threads measure at once.</param>
    public RoundMeasure(TrainingSet set, int maxUsers, int threads)
    {
        (_set, _evaluator) = (set, new RankingEvaluator(set) { MaxUsers = maxUsers, Threads = threads });
        Biases = new BiasBaseline(set);
        _popular = new PopularityBaseline(set, Biases.Predict);
    }

    /// <summary>The bias baseline.</summary>
    public BiasBaseline Biases { get; }

    /// <summary>The bias baseline's stars with the popularity baseline's lists.</summary>
    public Measured Baselines(CancellationToken cancellationToken)
    {
        // Popularity predicts the stars of the bias baseline, so one pass measures both.
        var (figures, users) = _evaluator.Measure(_popular, null, cancellationToken);
        return new Measured(
            ModelFigures.None with { ValidationRmse = figures.Rmse, ValidationNdcg10 = figures.Ndcg10 }, users);
    }

    /// <summary>A snapshot's figures; the losses of training are those given.</summary>
    public Measured Of(FactorSnapshot snapshot, EpochLoss loss, CancellationToken cancellationToken)
    {
        var scorer = new SnapshotScorer(_set, snapshot, _popular);
        var (figures, users) = _evaluator.Measure(scorer, null, cancellationToken);
        return new Measured(
            new ModelFigures(
                loss.Total, (figures.Rmse * figures.Rmse) + (scorer.PreferenceSum / figures.HeldOut),
                Math.Sqrt(loss.SquaredError), figures.Rmse, figures.Ndcg10),
            users);
    }
}
