using System.CommandLine;
using OnlineCF.Cli.Tune;
using OnlineCF.Core.Training;
using OnlineCF.Training.Search;

namespace OnlineCF.Cli.Commands;

/// <summary>onlinecf tune</summary>
internal static class TuneCommand
{
    /// <summary>The verb.</summary>
    public static Verb Create(CliEnvironment environment)
    {
        var options = new SearchOptionSet();
        var data = new Option<string>("--data")
        {
            Description = "Ratings to search with: anything that import reads",
            HelpName = "FILE",
            Required = true,
        };
        var output = new Option<string>("--output")
        {
            Description = "Folder for tune.json, tune.html and tune-settings.json",
            HelpName = "DIR",
            DefaultValueFactory = _ => ".",
        };
        var fromStart = new Option<bool>("--from-start")
        {
            Description = "Train again what an earlier run of the same search has trained",
        };
        var verb = new Verb(
            "tune",
            "Find the best hyperparameters by cross-validation, without a server; after a kill it goes on where it was.",
            environment,
            talksToServer: false,
            "onlinecf tune --data ml-latest-small.zip",
            "onlinecf tune --data a.csv --embedding-dims 32,50,64 --batch-sizes 512,1024,2048 --learning-rates 0.0001,0.001,0.01 --folds 5",
            "onlinecf tune --data a.csv --one-at-a-time --by ndcg --output found --json")
        {
            data,
            output,
            fromStart,
        };
        options.AddTo(verb);
        verb.Run(async (invocation, cancel) => await new TuneRun(invocation, options.OptionsOf(invocation))
            .RunAsync(invocation.Value(data)!, invocation.Value(output)!, invocation.Value(fromStart), cancel));
        return verb;
    }

    /// <summary>What is searched and how.</summary>
    private sealed class SearchOptionSet
    {
        private static readonly SearchOptions Defaults = new();
        private static readonly TrainingOptions TrainingDefaults = new();

        private readonly Option<int[]> _dims = ListOption.Create(
            "--embedding-dims", "Dimensions of the embeddings", Defaults.Grid.EmbeddingDims, 1, TrainingOptions.MaxEmbeddingDim);

        private readonly Option<int[]> _batches = ListOption.Create(
            "--batch-sizes", "Ratings in a minibatch", Defaults.Grid.BatchSizes, 1, 1_048_576);

        private readonly Option<double[]> _rates = ListOption.Create(
            "--learning-rates", "Adam's step sizes", Defaults.Grid.LearningRates, 1e-7, 1);

        private readonly Option<int> _folds = NumberOption.Create(
            "--folds", "Parts of the ratings, each the hold-out once", Defaults.Folds, 2, 100);

        private readonly Option<bool> _oneAtATime = new("--one-at-a-time")
        {
            Description = "Vary one hyperparameter at a time and keep its best, instead of all combinations",
        };

        private readonly Option<string> _by = ChoiceOption.Create(
            "--by", "FIGURE", "What the best point is best in: rmse (stars) or ndcg (lists)", "rmse", "rmse", "ndcg");

        private readonly Option<int> _epochs = NumberOption.Create("--epochs", "Passes over the data", Defaults.Epochs, 1, 1000);

        private readonly Option<int> _patience = NumberOption.Create(
            "--patience-epochs", "A fold ends when its hold-out has not improved for so many epochs",
            TrainingDefaults.PatienceEpochs, 1, 1000);

        private readonly Option<bool> _all = new("--no-early-stopping")
        {
            Description = "Train every fold of every point, also of those that are clearly behind",
        };

        private readonly Option<string> _device = ChoiceOption.Device(Defaults.Device);

        private readonly Option<string> _engine = ChoiceOption.Engine(Defaults.Engine);

        private readonly Option<int> _threads = NumberOption.Threads(Defaults.Threads);

        private readonly Option<long> _seed = NumberOption.Seed(
            "Seed of the folds, the initial values and the shuffling", Defaults.Seed);

        public void AddTo(Command verb)
        {
            foreach (var option in new Option[]
            {
                _dims, _batches, _rates, _folds, _oneAtATime, _by, _epochs, _patience, _all, _device, _engine, _threads, _seed,
            })
            {
                verb.Options.Add(option);
            }
        }

        public SearchOptions OptionsOf(VerbInvocation invocation) => new()
        {
            Grid = new SearchGrid(
                ValuesOf(invocation, _dims, Defaults.Grid.EmbeddingDims),
                ValuesOf(invocation, _batches, Defaults.Grid.BatchSizes),
                ValuesOf(invocation, _rates, Defaults.Grid.LearningRates)),
            Folds = invocation.Value(_folds),
            OneAtATime = invocation.Value(_oneAtATime),
            By = invocation.Value(_by) == "ndcg" ? SearchObjective.Ndcg : SearchObjective.Rmse,
            Epochs = invocation.Value(_epochs),
            PatienceEpochs = invocation.Value(_patience),
            StopHopeless = !invocation.Value(_all),
            Device = invocation.Value(_device)!,
            Engine = invocation.Value(_engine)!,
            Threads = invocation.Value(_threads),
            Seed = invocation.Value(_seed),
        };

        // An option that was not given is an empty array.
        private static IReadOnlyList<T> ValuesOf<T>(VerbInvocation invocation, Option<T[]> option, IReadOnlyList<T> defaults) =>
            invocation.Value(option) is { Length: > 0 } values ? values : defaults;
    }
}
