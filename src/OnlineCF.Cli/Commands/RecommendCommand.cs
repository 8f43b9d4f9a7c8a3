using System.CommandLine;
using System.Globalization;
using OnlineCF.Cli.Output;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Commands;

/// <summary>onlinecf recommend</summary>
internal static class RecommendCommand
{
    private const int ReasonsShown = 3;

    /// <summary>The verb.</summary>
    public static Verb Create(CliEnvironment environment)
    {
        var user = NumberOption.Id("USER", "Id of the user; one nobody has seen gets popular movies");
        var filter = new FilterOptions();
        var includeRated = new Option<bool>("--include-rated") { Description = "Also movies that the user has rated" };
        var explain = new Option<bool>("--explain")
        {
            Description = "Also the rated movies that brought each one up; --explain false leaves them out [default: true]",
        };
        var verb = new Verb(
            "recommend",
            "Show the movies a user will like best.",
            environment,
            talksToServer: true,
            "onlinecf recommend 1",
            "onlinecf recommend 1 --count 20 --explain false",
            "onlinecf recommend 1 --genres-any Comedy,Drama --genres-none Horror --year-from 1990 --json")
        {
            user,
            includeRated,
            explain,
        };
        filter.AddTo(verb);
        verb.Run(async (invocation, cancel) =>
        {
            var request = new RecommendRequest
            {
                UserId = invocation.Value(user),
                Count = invocation.Value(filter.Count),
                Filter = filter.FilterOf(invocation),
                IncludeRated = invocation.Value(includeRated),
                Explain = !invocation.Has(explain) || invocation.Value(explain),
            };
            var answer = await invocation.Connection.Recommendations.RecommendAsync(
                request, ServerConnection.Unary(cancel));
            return invocation.Answer(answer, x => Write(invocation.Terminal, x, request.Explain));
        });
        return verb;
    }

    private static void Write(Terminal terminal, RecommendResponse answer, bool explain)
    {
        if (answer.Movies.Count == 0)
        {
            terminal.WriteLine("No movie to recommend: nothing has been rated yet, or the filter leaves none.");
            return;
        }

        var table = explain
            ? Tables.Create("#rank", "#movie", "title", "#year", "genres", "#stars", "#score", "because")
            : Tables.Create("#rank", "#movie", "title", "#year", "genres", "#stars", "#score");
        for (var i = 0; i < answer.Movies.Count; i++)
        {
            var entry = answer.Movies[i];
            string[] cells =
            [
                Tables.Number(i + 1),
                Tables.Number(entry.Movie?.MovieId ?? 0),
                Tables.Title(entry.Movie),
                Tables.Year(entry.Movie),
                Tables.Genres(entry.Movie),
                entry.PredictedRating > 0 ? Tables.Figure(entry.PredictedRating, "0.0") : Tables.NotMeasured,
                Tables.Figure(entry.Score, "0.000"),
            ];
            table.Add(explain ? [.. cells, Because(entry)] : cells);
        }

        terminal.Write(table);
        terminal.WriteLine(answer.Source == RecommendationSource.Popular
            ? "Popular movies: nothing personal is known yet."
            : $"Personal, from model version {Tables.Number(answer.ModelVersion)}.");
    }

    private static string Because(RecommendedMovie entry)
    {
        var reasons = entry.Reasons
            .Where(x => x.Weight > 0)
            .Take(ReasonsShown)
            .Select(x => string.Create(
                CultureInfo.InvariantCulture, $"{(x.Title.Length > 0 ? x.Title : $"movie {x.MovieId}")} ({x.Weight:0.000})"))
            .ToList();
        return reasons.Count == 0 ? "" : $"you rated {string.Join(", ", reasons)}";
    }
}
