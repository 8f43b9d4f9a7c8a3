namespace OnlineCF.Training.Search;

/// <summary>Where a point stands.</summary>
public enum PointStatus
{
    /// <summary>Folds are left.</summary>
    Running,

    /// <summary>All folds are done.</summary>
    Finished,

    /// <summary>Clearly behind the best; its remaining folds were skipped.</summary>
    Stopped,

    /// <summary>The loss was no longer a finite number; its remaining folds were skipped.</summary>
    Diverged,
}

/// <summary>A point with the folds done so far.</summary>
public sealed class PointResult(SearchPoint point)
{
    private readonly List<FoldResult> _folds = [];

    /// <summary>The hyperparameters.</summary>
    public SearchPoint Point { get; } = point;

    /// <summary>Whether folds are left, and if not, why.</summary>
    public PointStatus Status { get; private set; }

    /// <summary>Why it was not finished, for people; empty for one that was.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>The folds done.</summary>
    public IReadOnlyList<FoldResult> Folds => _folds;

    /// <summary>Over the folds done; a diverged fold makes it NaN.</summary>
    public Spread Rmse => Over(fold => fold.Rmse);

    /// <summary>Over the folds done; a diverged fold makes it NaN.</summary>
    public Spread Ndcg10 => Over(fold => fold.Ndcg10);

    /// <summary>Over the folds done.</summary>
    public Spread Seconds => Over(fold => fold.Seconds);

    /// <summary>What is searched for, so that lower is better.</summary>
    internal Spread Loss(SearchObjective by) => Over(fold => fold.Loss(by));

    internal void Add(FoldResult fold, int folds)
    {
        _folds.Add(fold);
        if (fold.Diverged is { } epoch)
        {
            (Status, Reason) = (PointStatus.Diverged, $"diverged in epoch {epoch} of fold {fold.Fold}");
        }
        else if (_folds.Count == folds)
        {
            Status = PointStatus.Finished;
        }
    }

    internal void Stop(string reason) => (Status, Reason) = (PointStatus.Stopped, reason);

    private Spread Over(Func<FoldResult, double> figure) => Spread.Of([.. _folds.Select(figure)]);
}
