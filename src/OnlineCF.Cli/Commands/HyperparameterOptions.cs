using System.CommandLine;
using OnlineCF.Core.Training;

namespace OnlineCF.Cli.Commands;

/// <summary>How a model is trained; defaults and ranges are those of the settings under Training.</summary>
internal sealed class HyperparameterOptions
{
    private static readonly TrainingOptions Defaults = new();

    private readonly Option<int> _embeddingDim =
        NumberOption.Create("--embedding-dim", "Dimension of the embeddings", Defaults.EmbeddingDim, 1, TrainingOptions.MaxEmbeddingDim);

    private readonly Option<int> _batchSize =
        NumberOption.Create("--batch-size", "Ratings in a minibatch", Defaults.BatchSize, 1, 1_048_576);

    private readonly Option<double> _learningRate =
        NumberOption.Create("--learning-rate", "Adam's step size", Defaults.LearningRate, 1e-7, 1);

    private readonly Option<int> _epochs = NumberOption.Create("--epochs", "Passes over the data", Defaults.Epochs, 1, 1000);

    private readonly Option<string> _device = ChoiceOption.Device(Defaults.Device);

    private readonly Option<string> _engine = ChoiceOption.Engine(Defaults.Engine);

    private readonly Option<int> _threads = NumberOption.Threads(Defaults.Threads);

    private readonly Option<long> _seed =
        NumberOption.Seed("Seed of the initial values and of the shuffling", Defaults.Seed);

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command verb)
    {
        foreach (var option in new Option[] { _embeddingDim, _batchSize, _learningRate, _epochs, _device, _engine, _threads, _seed })
        {
            verb.Options.Add(option);
        }
    }

    /// <summary>The options given.</summary>
    public TrainingOptions OptionsOf(VerbInvocation invocation) => new()
    {
        EmbeddingDim = invocation.Value(_embeddingDim),
        BatchSize = invocation.Value(_batchSize),
        LearningRate = invocation.Value(_learningRate),
        Epochs = invocation.Value(_epochs),
        Device = invocation.Value(_device)!,
        Engine = invocation.Value(_engine)!,
        Threads = invocation.Value(_threads),
        Seed = invocation.Value(_seed),
    };
}
