using System.CommandLine;
using OnlineCF.Cli.Output;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Commands;

/// <summary>onlinecf search</summary>
internal static class SearchCommand
{
    /// <summary>The verb.</summary>
    public static Verb Create(CliEnvironment environment)
    {
        var text = new Argument<string[]>("TEXT")
        {
            Description = "Words of the title in any order, and its year; the last one may be a beginning, a letter wrong",
            Arity = ArgumentArity.OneOrMore,
        };
        text.Validators.Add(result =>
        {
            if (result.Tokens.All(x => string.IsNullOrWhiteSpace(x.Value)))
            {
                result.AddError("TEXT is empty: give a word of the title.");
            }
        });
        var count = FilterOptions.CountOption();
        var verb = new Verb(
            "search",
            "Find movies by title.",
            environment,
            talksToServer: true,
            "onlinecf search toy story",
            "onlinecf search \"star wa\" --count 20 --json")
        {
            text,
            count,
        };
        verb.Run(async (invocation, cancel) =>
        {
            var request = new SearchMoviesRequest
            {
                Query = string.Join(' ', invocation.Value(text)),
                Count = invocation.Value(count),
            };
            var answer = await invocation.Connection.Catalog.SearchMoviesAsync(request, ServerConnection.Unary(cancel));
            return invocation.Answer(answer, x => Write(invocation.Terminal, x, request));
        });
        return verb;
    }

    private static void Write(Terminal terminal, SearchMoviesResponse answer, SearchMoviesRequest request)
    {
        if (answer.Movies.Count == 0)
        {
            terminal.WriteLine($"No movie has '{request.Query}' in its title.");
            return;
        }

        var table = Tables.Create("#movie", "title", "#year", "#ratings", "#mean", "genres");
        for (var i = 0; i < answer.Movies.Count; i++)
        {
            // A server of before says nothing of ratings.
            var movie = answer.Movies[i];
            var statistics = i < answer.Statistics.Count ? answer.Statistics[i] : new RatingSummary();
            table.Add(
                Tables.Number(movie.MovieId), Tables.Title(movie), Tables.Year(movie), Tables.Show(statistics.RatingCount),
                statistics.RatingCount == 0 ? "" : Tables.Figure(statistics.MeanRating, "0.00"), Tables.Genres(movie));
        }

        terminal.Write(table);
        if (answer.Movies.Count == request.Count)
        {
            terminal.WriteLine($"These are the first {Tables.Show(request.Count)}; there may be more: give more of the title, or a larger --count.");
        }
    }
}
