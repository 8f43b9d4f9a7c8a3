using System.CommandLine;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Commands;

/// <summary>Which movies a list may hold, and how many.</summary>
internal sealed class FilterOptions
{
    /// <summary>--count</summary>
    public Option<int> Count { get; } = CountOption();

    /// <summary>--genres-any</summary>
    public Option<string[]> GenresAny { get; } = Genres("--genres-any", "Only movies with at least one of these genres");

    /// <summary>--genres-none</summary>
    public Option<string[]> GenresNone { get; } = Genres("--genres-none", "No movies with any of these genres");

    /// <summary>--year-from</summary>
    public Option<int> YearFrom { get; } = new("--year-from") { Description = "Only movies of this year or later", HelpName = "YEAR" };

    /// <summary>--year-to</summary>
    public Option<int> YearTo { get; } = new("--year-to") { Description = "Only movies of this year or earlier", HelpName = "YEAR" };

    /// <summary>--exclude</summary>
    public Option<long[]> Exclude { get; } = new("--exclude")
    {
        Description = "Leave out these movies",
        HelpName = "MOVIE",
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>--count, 1 to 1000.</summary>
    public static Option<int> CountOption()
    {
        var option = new Option<int>("--count", "-n")
        {
            Description = "How many movies, 1 to 1000",
            HelpName = "N",
            DefaultValueFactory = _ => 10,
        };
        option.Validators.Add(result =>
        {
            if (result.Errors.Any() || result.GetValueOrDefault<int>() is >= 1 and <= 1000)
            {
                return;
            }

            result.AddError("--count must be from 1 to 1000.");
        });
        return option;
    }

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command verb)
    {
        foreach (var option in new Option[] { Count, GenresAny, GenresNone, YearFrom, YearTo, Exclude })
        {
            verb.Options.Add(option);
        }
    }

    /// <summary>The filter as the protocol has it; null when nothing is filtered.</summary>
    public RecommendationFilter? FilterOf(VerbInvocation invocation)
    {
        var filter = new RecommendationFilter
        {
            GenresAny = { Names(invocation.Value(GenresAny)) },
            GenresNone = { Names(invocation.Value(GenresNone)) },
            YearFrom = invocation.Value(YearFrom),
            YearTo = invocation.Value(YearTo),
            ExcludeMovieIds = { invocation.Value(Exclude) ?? [] },
        };
        return filter.CalculateSize() > 0 ? filter : null;
    }

    private static Option<string[]> Genres(string name, string description) => new(name)
    {
        Description = $"{description}; several by comma",
        HelpName = "GENRE",
        AllowMultipleArgumentsPerToken = true,
    };

    private static IEnumerable<string> Names(string[]? values) => (values ?? []).SelectMany(
        x => x.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
}
