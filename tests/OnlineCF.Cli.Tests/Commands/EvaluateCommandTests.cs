using System.Globalization;
using System.Text.Json;
using OnlineCF.Cli.Commands;
using OnlineCF.Cli.Tests.Fakes;
using OnlineCF.Training.Native;

namespace OnlineCF.Cli.Tests.Commands;

public sealed class EvaluateCommandTests : IDisposable
{
    private static readonly string[] Small = ["--epochs", "2", "--embedding-dim", "8", "--batch-size", "256", "--device", "cpu", "--json"];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_same_file_twice_leaves_nothing_to_train_on_and_is_exit_1()
    {
        var cli = new CliRun(_folder);
        var file = _folder.Write("ratings.csv", "userId,movieId,rating\n1,1,5\n1,2,4\n");

        Assert.Equal(ExitCodes.Error, await cli.RunAsync("evaluate", "--train", file, "--test", file));
        Assert.Contains("every rating of --train is in --test too", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_document_has_the_promised_names_and_nothing_else()
    {
        var cli = new CliRun(_folder);
        var (train, test) = await WorldAsync(cli);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync(["evaluate", "--train", train, "--test", test, .. Small]));

        Assert.Equal(["model", "baselines"], Names(cli.Json));
        Assert.Equal(["mean", "bias", "popularity"], Names(cli.Json.GetProperty("baselines")));
        string[] figures = ["rmse", "mae", "ndcg_10", "recall_20", "hit_rate_10", "coverage_10", "intra_list_distance_10", "seconds", "ratings_per_second", "reliability"];
        foreach (var entry in cli.Json.GetProperty("baselines").EnumerateObject().Select(x => x.Value).Append(cli.Json.GetProperty("model")))
        {
            Assert.Equal(figures, Names(entry));
            Assert.InRange(entry.GetProperty("rmse").GetDouble(), 0.1, 2);
        }

        Assert.Contains("epoch 2/2: train loss", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Diversity_makes_lists_of_movies_less_alike()
    {
        var cli = new CliRun(_folder);
        var (train, test) = await WorldAsync(cli);
        var distances = new List<double>();
        foreach (var diversity in (string[])["0", "0.5"])
        {
            Assert.Equal(ExitCodes.Ok, await cli.RunAsync(["evaluate", "--train", train, "--test", test, "--diversity", diversity, .. Small]));
            distances.Add(cli.Json.GetProperty("model").GetProperty("intra_list_distance_10").GetDouble());
        }

        Assert.InRange(distances[1], 1.05 * distances[0], 2);
        Assert.Equal(ExitCodes.Usage, await cli.RunAsync(["evaluate", "--train", train, "--test", test, "--diversity", "1.5", .. Small]));
        Assert.Contains("--diversity must be from 0 to 1", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lists_have_at_most_twenty_movies_a_user_and_none_of_the_training()
    {
        var cli = new CliRun(_folder);
        var (train, test) = await WorldAsync(cli);
        var lists = _folder.At("lists.tsv");

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync(["evaluate", "--train", train, "--test", test, "--lists", lists, .. Small]));

        var entries = File.ReadAllLines(lists).Select(x => x.Split('\t')).Select(x => (User: x[0], Movie: x[1])).ToList();
        var trained = File.ReadLines(train).Skip(1).Select(x => x.Split(',')).Select(x => (User: x[0], Movie: x[1])).ToHashSet();
        Assert.Equal(60, entries.Select(x => x.User).Distinct().Count());
        Assert.All(entries.GroupBy(x => x.User), x => Assert.InRange(x.Count(), 1, 20));
        Assert.Equal(entries.Count, entries.Distinct().Count());
        Assert.DoesNotContain(entries, trained.Contains);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_figures()
    {
        var cli = new CliRun(_folder);
        var (train, test) = await WorldAsync(cli);
        var rmse = new List<double>();
        foreach (var seed in new[] { "7", "7", "8" })
        {
            await cli.RunAsync(["evaluate", "--train", train, "--test", test, "--seed", seed, .. Small]);
            rmse.Add(cli.Json.GetProperty("model").GetProperty("rmse").GetDouble());
        }

        Assert.Equal(rmse[0], rmse[1]);
        Assert.NotEqual(rmse[0], rmse[2]);
    }

    [Fact]
    public async Task Popularity_and_mean_have_their_known_figures_on_real_data()
    {
        var split = SharedData.Path("ml-latest-small-split");
        var cli = new CliRun(_folder);

        Assert.Equal(
            ExitCodes.Ok,
            await cli.RunAsync(
                "evaluate", "--train", Path.Combine(split, "random-train.csv"), "--test", Path.Combine(split, "random-test.csv"),
                "--epochs", "1", "--embedding-dim", "2", "--batch-size", "8192", "--device", "cpu", "--json"));

        var baselines = cli.Json.GetProperty("baselines");
        Assert.Equal(0.159, baselines.GetProperty("popularity").GetProperty("ndcg_10").GetDouble(), 0.003);
        Assert.Equal(0.189, baselines.GetProperty("popularity").GetProperty("recall_20").GetDouble(), 0.003);
        Assert.Equal(1.045, baselines.GetProperty("mean").GetProperty("rmse").GetDouble(), 0.01);
    }

    [Fact]
    public async Task A_bad_line_of_either_file_is_reported_and_left_out()
    {
        var cli = new CliRun(_folder);
        var (train, test) = await WorldAsync(cli);
        File.AppendAllText(train, "1,1,7.5,1\n0,1,3,1\nnonsense\n");

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync(["evaluate", "--train", train, "--test", test, .. Small]));
        Assert.Contains("rating 7.5 is not from 0.5 to 5", cli.Error, StringComparison.Ordinal);
        Assert.Contains("user 0 is not above 0", cli.Error, StringComparison.Ordinal);
        Assert.Contains("fewer fields than user, movie, rating", cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--learning-rate", "0")]
    [InlineData("--learning-rate", "fast")]
    [InlineData("--embedding-dim", "0")]
    [InlineData("--batch-size", "-1")]
    [InlineData("--epochs", "1001")]
    [InlineData("--device", "tpu")]
    public async Task A_hyperparameter_outside_its_range_is_exit_2(string option, string value)
    {
        var cli = new CliRun(_folder);

        Assert.Equal(ExitCodes.Usage, await cli.RunAsync("evaluate", "--train", "a", "--test", "b", option, value));
        Assert.Contains(value, cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("evaluate", "--train", "a.csv", "--test", "b.csv")]
    [InlineData("tune", "--data", "a.csv")]
    public async Task A_device_that_is_not_there_is_told_in_one_line_with_what_to_do(params string[] args)
    {
        Assert.SkipWhen(TrainingDevice.Of("auto", _ => { }) == "cuda", "This machine has a CUDA device.");
        var cli = new CliRun(_folder);

        Assert.Equal(ExitCodes.Error, await cli.RunAsync([.. args, "--device", "cuda"]));
        Assert.StartsWith($"onlinecf {args[0]}: --device is cuda, but no CUDA device can be used", cli.Error, StringComparison.Ordinal);
        Assert.Contains("Take --device auto or cpu, or build with -p:TorchBackend=cuda.", cli.Error, StringComparison.Ordinal);
        Assert.Single(cli.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task A_folder_for_lists_that_is_not_there_is_told_before_anything_is_read()
    {
        var cli = new CliRun(_folder);

        Assert.Equal(ExitCodes.Error, await cli.RunAsync(
            "evaluate", "--train", "a", "--test", "b", "--lists", _folder.At(Path.Combine("none", "lists.tsv"))));
        Assert.Contains($"there is no folder '{_folder.At("none")}'", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_file_is_exit_1()
    {
        var cli = new CliRun(_folder);

        Assert.Equal(ExitCodes.Error, await cli.RunAsync("evaluate", "--train", _folder.At("a.csv"), "--test", _folder.At("b.csv")));
        Assert.Contains("There is no file or folder", cli.Error, StringComparison.Ordinal);
    }

    private static List<string> Names(JsonElement element) => [.. element.EnumerateObject().Select(x => x.Name)];

    private async Task<(string Train, string Test)> WorldAsync(CliRun cli)
    {
        await cli.RunAsync("generate", "--users", "60", "--movies", "90", "--ratings", "1800", "--out", _folder.At("world"));
        var lines = File.ReadAllLines(Path.Combine(_folder.At("world"), "ratings.csv"));
        string Part(string name, Func<int, bool> has) => _folder.Write(
            string.Create(CultureInfo.InvariantCulture, $"{name}.csv"),
            string.Concat(lines.Where((x, i) => i == 0 || has(i)).Select(x => x + "\n")));
        return (Part("train", x => x % 5 != 0), Part("test", x => x % 5 == 0));
    }
}
