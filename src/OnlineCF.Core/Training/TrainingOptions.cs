namespace OnlineCF.Core.Training;

/// <summary>Settings under <c>Training:</c>.</summary>
public sealed class TrainingOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Training";

    /// <summary>The largest <see cref="EmbeddingDim"/>: a fold-in costs k², and each rating folds its user in anew.</summary>
    public const int MaxEmbeddingDim = 512;

    /// <summary>Dimension k of the embeddings, 1 to <see cref="MaxEmbeddingDim"/>.</summary>
    public int EmbeddingDim { get; set; } = 50;

    /// <summary>Ratings in a minibatch, 1 to 1,048,576.</summary>
    public int BatchSize { get; set; } = 1024;

    /// <summary>Adam's step size, above 0 to 1.</summary>
    public double LearningRate { get; set; } = 0.001;

    /// <summary>Passes over the data in a full round, 1 to 1000.</summary>
    public int Epochs { get; set; } = 10;

    /// <summary>Share of ratings that never train, 0.01 to 0.9.</summary>
    public double ValidationFraction { get; set; } = 0.2;

    /// <summary>auto (cuda when there, else cpu), cpu or cuda.</summary>
    public string Device { get; set; } = "auto";

    /// <summary>auto (torch on cuda, vector on cpu), torch (libtorch) or vector (no library, cpu only).</summary>
    public string Engine { get; set; } = "auto";

    /// <summary>Processor threads of a round, 0 to 1024; 0 for one less than the cores, at least one.</summary>
    public int Threads { get; set; }

    /// <summary>
    /// After so many further ratings a rating counts half as much in training and in its measures, 0 to 1e12; 0
    /// when all count the same however old they are. See <see cref="Ratings.Forgetting"/>.
    /// </summary>
    public long HalfLifeRatings { get; set; }

    /// <summary>Shortest time from one round's start to the next, 1 s to 1 day.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>New ratings a round needs, 1 to 1,000,000,000. It starts when they come more slowly, at the latest after ten intervals.</summary>
    public long MinNewRatings { get; set; } = 1000;

    /// <summary>Every so many rounds everything is trained from random initial values, 1 to 1,000,000.</summary>
    public int FullRetrainEvery { get; set; } = 24;

    /// <summary>
    /// Longest time from an erasure to the start of the full round after which no kept model was trained on what was erased,
    /// 1 s to 365 days; it starts after half of it, so that several erasures share one.
    /// </summary>
    public TimeSpan ErasureWithin { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Stop when the validation has not improved for so many epochs, 1 to 1000.</summary>
    public int PatienceEpochs { get; set; } = 2;

    /// <summary>Whether rounds start by themselves.</summary>
    public bool Automatic { get; set; } = true;

    /// <summary>Seed of the initial values and of the shuffling.</summary>
    public long Seed { get; set; } = 42;
}
