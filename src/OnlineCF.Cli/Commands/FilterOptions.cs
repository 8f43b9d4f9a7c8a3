using System.CommandLine;
using System.CommandLine.Parsing;
using OnlineCF.Protocol.V1;
using OnlineCF.Server.Services;

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
    public Option<int> YearFrom { get; } = Year("--year-from", "Only movies of this year or later");

    /// <summary>--year-to</summary>
    public Option<int> YearTo { get; } = Year("--year-to", "Only movies of this year or earlier");

    /// <summary>--exclude</summary>
    public Option<long[]> Exclude { get; } = new("--exclude")
    {
        Description = "Leave out these movies",
        HelpName = "MOVIE",
        AllowMultipleArgumentsPerToken = true,
        CustomParser = result => [.. result.Tokens.Select(x => NumberOption.Parse(result, x.Value, "--exclude", 1L, long.MaxValue))],
    };

    /// <summary>--count, 1 to 1000.</summary>
    public static Option<int> CountOption()
    {
        var option = NumberOption.Create("--count", "How many movies", value: 10, least: 1, most: 1000);
        option.Aliases.Add("-n");
        return option;
    }

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command verb)
    {
        foreach (var option in new Option[] { Count, GenresAny, GenresNone, YearFrom, YearTo, Exclude })
        {
            verb.Options.Add(option);
        }

        verb.Validators.Add(CheckYears);
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

    // A year that is wrong by itself is told by its own option.
    private void CheckYears(CommandResult result)
    {
        var (from, to) = (YearOf(result, YearFrom), YearOf(result, YearTo));
        if (from > to && to > 0)
        {
            result.AddError($"--year-from {from} is after --year-to {to}.");
        }
    }

    private static int YearOf(CommandResult result, Option<int> option) =>
        result.GetResult(option) is { Tokens: [var token] } && PlainNumber.TryParse<int>(token.Value, out var year)
            ? year
            : 0;

    private static Option<int> Year(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "YEAR",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (!PlainNumber.TryParse<int>(text, out var year) || year is < 0 or > CatalogGrpcService.MaxYear)
            {
                result.AddError($"{name} must be a year up to {CatalogGrpcService.MaxYear}, not '{text}'.");
            }

            return year;
        },
    };

    private static Option<string[]> Genres(string name, string description) => new(name)
    {
        Description = $"{description}; several by comma",
        HelpName = "GENRE",
        AllowMultipleArgumentsPerToken = true,
    };

    private static IEnumerable<string> Names(string[]? values) => (values ?? []).SelectMany(
        x => x.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
}
