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
    public RoundMeasure(TrainingSet set, int maxUsers)
    {
        (_set, _evaluator) = (set, new RankingEvaluator(set) { MaxUsers = maxUsers });
        Biases = new BiasBaseline(set);
        _popular = new PopularityBaseline(set, Biases.Predict);
    }

    /// <summary>The bias baseline.</summary>
    public BiasBaseline Biases { get; }

    /// <summary>The bias baseline's RMSE and the popularity baseline's NDCG@10.</summary>
    public (double BiasRmse, double PopularityNdcg10) Baselines(CancellationToken cancellationToken)
    {
        // Popularity predicts the stars of the bias baseline, so one pass measures both.
        var figures = _evaluator.Evaluate(_popular, cancellationToken);
        return (figures.Rmse, figures.Ndcg10);
    }

    /// <summary>A snapshot's figures; the losses of training are those given.</summary>
    public ModelFigures Of(FactorSnapshot snapshot, EpochLoss loss, CancellationToken cancellationToken)
    {
        var scorer = new SnapshotScorer(_set, snapshot, _popular);
        var figures = _evaluator.Evaluate(scorer, cancellationToken);
        return new ModelFigures(
            loss.Total, (figures.Rmse * figures.Rmse) + (scorer.PreferenceSum / figures.HeldOut),
            Math.Sqrt(loss.SquaredError), figures.Rmse, figures.Ndcg10);
    }
}
