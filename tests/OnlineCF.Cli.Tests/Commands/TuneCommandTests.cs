using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using OnlineCF.Cli.Commands;
using OnlineCF.Cli.Tests.Fakes;

namespace OnlineCF.Cli.Tests.Commands;

public sealed class TuneCommandTests : IDisposable
{
    private static readonly string[] Small =
    [
        "--embedding-dims", "4,8", "--batch-sizes", "256", "--learning-rates", "0.001,0.05", "--folds", "3", "--epochs", "2",
        "--device", "cpu", "--no-early-stopping", "--json",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_document_has_the_promised_names_and_is_what_the_file_holds()
    {
        var cli = new CliRun(_folder);
        var output = _folder.At("out");

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync(["tune", "--data", await WorldAsync(cli), "--output", output, .. Small]));

        Assert.Equal(cli.Out, File.ReadAllText(Path.Combine(output, "tune.json")));
        Assert.Equal(["data", "search", "forecast", "best", "points", "seconds"], Names(cli.Json));
        Assert.Equal(4, cli.Json.GetProperty("points").GetArrayLength());
        var points = cli.Json.GetProperty("points").EnumerateArray().ToList();
        Assert.All(points, point => Assert.Equal(
            [
                "rank", "embedding_dim", "batch_size", "learning_rate", "status", "reason", "folds_done", "rmse", "ndcg_10",
                "seconds", "folds",
            ],
            Names(point)));
        var means = points.ConvertAll(x => x.GetProperty("rmse").GetProperty("mean").GetDouble());
        Assert.Equal(means.Order(), means);
        Assert.All(points, point => Assert.All(point.GetProperty("folds").EnumerateArray(), fold =>
        {
            Assert.Equal(["fold", "rmse", "ndcg_10", "seconds", "diverged_in_epoch", "epochs"], Names(fold));
            Assert.Equal(["epoch", "train_loss", "validation_loss", "rmse", "ndcg_10"], Names(fold.GetProperty("epochs")[0]));
        }));
        Assert.Contains("Forecast from ", cli.Error, StringComparison.Ordinal);
        Assert.Contains("measured steps: at most 0:0", cli.Error, StringComparison.Ordinal);
        Assert.Contains("Searching: 100 %", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_grid_the_seed_s_is_searched()
    {
        var cli = new CliRun(_folder);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync(
            "tune", "--data", await WorldAsync(cli), "--output", _folder.At("out"), "--folds", "2", "--epochs", "1", "--device", "cpu", "--json"));

        var points = cli.Json.GetProperty("points").EnumerateArray().ToList();
        Assert.Equal([32, 50, 64], points.Select(x => x.GetProperty("embedding_dim").GetInt32()).Distinct().Order());
        Assert.Equal([512, 1024, 2048], points.Select(x => x.GetProperty("batch_size").GetInt32()).Distinct().Order());
        Assert.Equal([0.0001, 0.001, 0.01], points.Select(x => x.GetProperty("learning_rate").GetDouble()).Distinct().Order());
        Assert.Equal(27, points.Count);
    }

    [Fact]
    public async Task The_winner_comes_as_settings_of_the_server()
    {
        var cli = new CliRun(_folder);
        var output = _folder.At("out");

        await cli.RunAsync(["tune", "--data", await WorldAsync(cli), "--output", output, "--by", "ndcg", .. Small]);

        var (best, first) = (cli.Json.GetProperty("best"), cli.Json.GetProperty("points")[0]);
        var fragment = JsonDocument.Parse(File.ReadAllText(Path.Combine(output, "tune-settings.json"))).RootElement.GetProperty("Training");
        foreach (var (key, name) in new[]
        {
            ("EmbeddingDim", "embedding_dim"), ("BatchSize", "batch_size"), ("LearningRate", "learning_rate"),
        })
        {
            var value = first.GetProperty(name).GetDouble();
            Assert.Equal(value, best.GetProperty("settings").GetProperty("Training:" + key).GetDouble());
            Assert.Equal(value, fragment.GetProperty(key).GetDouble());
            Assert.Contains(
                string.Create(CultureInfo.InvariantCulture, $"--Training:{key}={value}"), best.GetProperty("arguments").GetString()!,
                StringComparison.Ordinal);
        }

        var ndcg = cli.Json.GetProperty("points").EnumerateArray().Select(x => x.GetProperty("ndcg_10").GetProperty("mean").GetDouble());
        Assert.Equal(ndcg.Max(), first.GetProperty("ndcg_10").GetProperty("mean").GetDouble());
    }

    [Fact]
    public async Task One_seed_gives_one_document_apart_from_times_also_after_a_crash_in_the_middle_of_a_line()
    {
        var cli = new CliRun(_folder);
        var data = await WorldAsync(cli);
        await cli.RunAsync(["tune", "--data", data, "--output", _folder.At("a"), .. Small]);
        var whole = WithoutTimes(cli.Out);
        var state = Assert.Single(Directory.GetFiles(_folder.At("a"), "tune-state-*.jsonl"));
        var lines = File.ReadAllLines(state);
        Assert.Equal(1 + (4 * 3), lines.Length);

        // As a killed process leaves it: five folds and half of the sixth.
        var cut = Path.Combine(Directory.CreateDirectory(_folder.At("b")).FullName, Path.GetFileName(state));
        File.WriteAllText(cut, string.Concat(lines.Take(6).Select(x => x + "\n")) + lines[6][..40]);
        await cli.RunAsync(["tune", "--data", data, "--output", _folder.At("b"), .. Small]);

        Assert.Contains("5 folds are kept from before", cli.Error, StringComparison.Ordinal);
        Assert.Equal(whole, WithoutTimes(cli.Out));
        Assert.Equal(lines.Length, File.ReadAllLines(cut).Length);
        Assert.Equal(lines.Take(6), File.ReadAllLines(cut).Take(6));

        await cli.RunAsync(["tune", "--data", data, "--output", _folder.At("b"), "--from-start", .. Small]);
        Assert.DoesNotContain("kept from before", cli.Error, StringComparison.Ordinal);
        Assert.Equal(whole, WithoutTimes(cli.Out));
    }

    [Fact]
    public async Task Other_data_or_another_seed_never_takes_kept_folds_and_a_larger_grid_does()
    {
        var cli = new CliRun(_folder);
        var data = await WorldAsync(cli);
        async Task<string> Run(params string[] more)
        {
            Assert.Equal(ExitCodes.Ok, await cli.RunAsync(["tune", "--data", data, "--output", _folder.At("out"), .. Small, .. more]));
            return cli.Error;
        }

        await Run();
        Assert.DoesNotContain("kept from before", await Run("--seed", "7"), StringComparison.Ordinal);
        File.AppendAllText(data, "1,88,5,1\n");
        Assert.DoesNotContain("kept from before", await Run(), StringComparison.Ordinal);
        string[] larger = [.. Small];
        larger[1] = "4,8,12";
        await cli.RunAsync(["tune", "--data", data, "--output", _folder.At("out"), .. larger]);
        Assert.Contains("12 folds are kept from before", cli.Error, StringComparison.Ordinal);
        Assert.Equal(6, cli.Json.GetProperty("points").GetArrayLength());
    }

    [Fact]
    public async Task One_at_a_time_trains_fewer_points_and_people_get_a_table()
    {
        var cli = new CliRun(_folder);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync(
            ["tune", "--data", await WorldAsync(cli), "--output", _folder.At("out"), "--one-at-a-time", .. Small[..^1]]));

        Assert.Contains("3 points, 3 folds", cli.Error, StringComparison.Ordinal);
        Assert.Equal(3, cli.Out.Split('\n').Count(x => x.Contains(" ± ", StringComparison.Ordinal)));
        Assert.Contains("Best by rmse, for the server: --Training:EmbeddingDim=", cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_is_exit_130_and_says_how_to_go_on()
    {
        var cli = new CliRun(_folder);
        var data = await WorldAsync(cli);
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var output = Directory.CreateDirectory(_folder.At("out")).FullName;
        // The search's own file grows beyond its first line when a fold is done.
        const int BeyondFirstLine = 1000;
        using var watcher = new FileSystemWatcher(output, "tune-state-*") { EnableRaisingEvents = true };
        watcher.Changed += (_, change) =>
        {
            if (new FileInfo(change.FullPath).Length > BeyondFirstLine)
            {
                cut.Cancel();
            }
        };

        Assert.Equal(ExitCodes.Interrupted, await cli.RunAsync(
            cut.Token, ["tune", "--data", data, "--output", output, .. Small.Where(x => x is not ("--epochs" or "2")), "--epochs", "200", "--patience-epochs", "200"]));

        Assert.Equal("", cli.Out);
        Assert.Contains("the same command goes on from there", cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--embedding-dims", "0", "--embedding-dims must be from 1 to 512, not 0.")]
    [InlineData("--embedding-dims", "32,-5", "--embedding-dims must be from 1 to 512, not -5.")]
    [InlineData("--embedding-dims", "32,513", "--embedding-dims must be from 1 to 512, not 513.")]
    [InlineData("--embedding-dims", "many", "--embedding-dims must be numbers from 1 to 512, separated by commas, not 'many'.")]
    [InlineData("--embedding-dims", "32,,64", "--embedding-dims must be numbers from 1 to 512, separated by commas, not ''.")]
    [InlineData("--embedding-dims", "", "--embedding-dims is empty: give numbers from 1 to 512, separated by commas.")]
    [InlineData("--embedding-dims", "32,64,32", "--embedding-dims has 32 twice.")]
    [InlineData("--batch-sizes", "0", "--batch-sizes must be from 1 to 1,048,576, not 0.")]
    [InlineData("--batch-sizes", "1.5", "--batch-sizes must be numbers from 1 to 1,048,576, separated by commas, not '1.5'.")]
    [InlineData("--learning-rates", "0.001,NaN", "--learning-rates must be numbers from 1E-07 to 1, separated by commas, not 'NaN'.")]
    [InlineData("--learning-rates", "0", "--learning-rates must be from 1E-07 to 1, not 0.")]
    [InlineData("--learning-rates", "-0.1", "--learning-rates must be from 1E-07 to 1, not -0.1.")]
    [InlineData("--learning-rates", "Infinity", "--learning-rates must be from 1E-07 to 1, not Infinity.")]
    [InlineData("--learning-rates", "0.1,1e-1", "--learning-rates has 1e-1 twice.")]
    [InlineData("--folds", "1", "--folds must be from 2 to 100, not 1.")]
    [InlineData("--epochs", "0", "--epochs must be from 1 to 1,000, not 0.")]
    public async Task A_bad_grid_is_exit_2_with_one_error_before_the_data_is_read(string option, string value, string error)
    {
        var cli = new CliRun(_folder);

        Assert.Equal(ExitCodes.Usage, await cli.RunAsync("tune", "--data", _folder.At("absent.csv"), option, value));

        Assert.Equal("", cli.Out);
        var lines = cli.Error.TrimEnd().Split('\n');
        Assert.Contains(error, lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain("absent.csv", cli.Error, StringComparison.Ordinal);
        Assert.Equal("'onlinecf tune --help' shows how.", lines[1]);
    }

    [Fact]
    public async Task An_unknown_figure_is_exit_2_and_names_those_there_are()
    {
        var cli = new CliRun(_folder);

        Assert.Equal(ExitCodes.Usage, await cli.RunAsync("tune", "--data", _folder.At("absent.csv"), "--by", "luck"));

        Assert.Equal("", cli.Out);
        Assert.StartsWith("onlinecf: --by must be rmse or ndcg, not 'luck'.", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_folds_than_ratings_is_exit_2_before_any_training()
    {
        var cli = new CliRun(_folder);
        var data = _folder.Write("few.csv", "1,1,5\n1,2,4\n2,1,3\n2,1,3\n");

        Assert.Equal(ExitCodes.Usage, await cli.RunAsync("tune", "--data", data, "--folds", "4", "--output", _folder.At("out")));
        Assert.Equal(
            "onlinecf tune: --folds must be from 2 to the number of ratings, 3, not 4." + Environment.NewLine, cli.Error);
        Assert.False(Directory.Exists(_folder.At("out")));
    }

    [Fact]
    public async Task Missing_data_is_exit_1()
    {
        var cli = new CliRun(_folder);

        Assert.Equal(ExitCodes.Error, await cli.RunAsync("tune", "--data", _folder.At("absent.csv")));
        Assert.Contains("There is no file or folder", cli.Error, StringComparison.Ordinal);
    }

    private async Task<string> WorldAsync(CliRun cli)
    {
        await cli.RunAsync("generate", "--users", "60", "--movies", "90", "--ratings", "1800", "--out", _folder.At("world"));
        return Path.Combine(_folder.At("world"), "ratings.csv");
    }

    private static List<string> Names(JsonElement element) => [.. element.EnumerateObject().Select(x => x.Name)];

    private static string WithoutTimes(string json)
    {
        var document = JsonNode.Parse(json)!;
        void Remove(JsonNode? node)
        {
            if (node is JsonObject entries)
            {
                entries.Remove("seconds");
                entries.Remove("forecast");
            }

            foreach (var child in node switch { JsonObject x => x.Select(y => y.Value), JsonArray x => x, _ => [] })
            {
                Remove(child);
            }
        }

        Remove(document);
        return document.ToJsonString();
    }
}
