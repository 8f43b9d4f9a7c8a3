namespace OnlineCF.Training.Search;

/// <summary>How to search; validated by the caller.</summary>
public sealed record SearchOptions
{
    /// <summary>The values to try.</summary>
    public SearchGrid Grid { get; init; } = SearchGrid.Default;

    /// <summary>Into how many parts the ratings are split, 2 to 100; each is the hold-out once.</summary>
    public int Folds { get; init; } = 5;

    /// <summary>Passes over the data at most.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>A fold ends when its hold-out has not improved for so many epochs.</summary>
    public int PatienceEpochs { get; init; } = 2;

    /// <summary>Seed of the folds, of the initial values and of the shuffling.</summary>
    public long Seed { get; init; } = 42;

    /// <summary>auto, cpu or cuda.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>auto, torch or vector.</summary>
    public string Engine { get; init; } = "auto";

    /// <summary>Processor threads; 0 for one less than the cores.</summary>
    public int Threads { get; init; }

    /// <summary>Vary one hyperparameter at a time instead of trying all combinations.</summary>
    public bool OneAtATime { get; init; }

    /// <summary>What the best point is best in.</summary>
    public SearchObjective By { get; init; }

    /// <summary>Whether points that are clearly behind skip their remaining folds.</summary>
    public bool StopHopeless { get; init; } = true;
}

/// <summary>What a search is for.</summary>
public enum SearchObjective
{
    /// <summary>The lowest error of predicted stars.</summary>
    Rmse,

    /// <summary>The highest NDCG@10 of the lists.</summary>
    Ndcg,
}
