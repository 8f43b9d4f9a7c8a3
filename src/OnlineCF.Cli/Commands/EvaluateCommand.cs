using System.CommandLine;
using OnlineCF.Cli.Evaluate;
using OnlineCF.Core.Training;

namespace OnlineCF.Cli.Commands;

/// <summary>onlinecf evaluate</summary>
internal static class EvaluateCommand
{
    /// <summary>The verb.</summary>
    public static Verb Create(CliEnvironment environment)
    {
        var train = Path("--train", "Ratings to train on: anything that import reads", required: true);
        var test = Path("--test", "Ratings to measure on", required: true);
        var lists = Path("--lists", "Write each user's 20 best movies here: user, tab, movie; best first", required: false);
        var diversity = NumberOption.Create(
            "--diversity", "How much lists give of their scores for variety", value: 0f, least: 0f, most: 1f);
        var hyperparameters = new HyperparameterOptions();
        var verb = new Verb(
            "evaluate",
            "Train as the service trains, without a server, and measure on other ratings beside the baselines.",
            environment,
            talksToServer: false,
            "onlinecf evaluate --train random-train.csv --test random-test.csv",
            "onlinecf evaluate --train a.csv --test b.csv --lists lists.tsv --json",
            "onlinecf evaluate --train a.csv --test b.csv --embedding-dim 64 --epochs 20 --seed 7")
        {
            train,
            test,
            lists,
            diversity,
        };
        hyperparameters.AddTo(verb);
        verb.Run(async (invocation, cancel) => await new EvaluateRun(invocation, hyperparameters.OptionsOf(invocation), invocation.Value(diversity))
            .RunAsync(invocation.Value(train)!, invocation.Value(test)!, invocation.Value(lists), cancel));
        return verb;
    }

    private static Option<string> Path(string name, string description, bool required) => new(name)
    {
        Description = description,
        HelpName = "FILE",
        Required = required,
    };
}
