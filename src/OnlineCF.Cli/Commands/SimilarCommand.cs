using System.CommandLine;
using OnlineCF.Cli.Output;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Commands;

/// <summary>onlinecf similar</summary>
internal static class SimilarCommand
{
    /// <summary>The verb.</summary>
    public static Verb Create(CliEnvironment environment)
    {
        var movie = new Argument<long>("MOVIE") { Description = "Id of the movie" };
        var filter = new FilterOptions();
        var verb = new Verb(
            "similar",
            "Show the movies that the same people like.",
            environment,
            talksToServer: true,
            "onlinecf similar 318",
            "onlinecf similar 318 --count 20 --year-to 1980 --json")
        {
            movie,
        };
        filter.AddTo(verb);
        verb.Run(async (invocation, cancel) =>
        {
            var request = new SimilarMoviesRequest
            {
                MovieId = invocation.Value(movie),
                Count = invocation.Value(filter.Count),
                Filter = filter.FilterOf(invocation),
            };
            var answer = await invocation.Connection.Recommendations.SimilarMoviesAsync(
                request, ServerConnection.Unary(cancel));
            return invocation.Answer(answer, x => Write(invocation.Terminal, x));
        });
        return verb;
    }

    private static void Write(Terminal terminal, SimilarMoviesResponse answer)
    {
        var table = Tables.Create("#rank", "#movie", "title", "#year", "genres", "#similarity");
        for (var i = 0; i < answer.Movies.Count; i++)
        {
            var (movie, similarity) = (answer.Movies[i].Movie, answer.Movies[i].Similarity);
            table.Add(
                Tables.Number(i + 1),
                Tables.Number(movie?.MovieId ?? 0),
                Tables.Title(movie),
                Tables.Year(movie),
                Tables.Genres(movie),
                Tables.Figure(similarity, "0.000"));
        }

        terminal.Write(table);
        terminal.WriteLine(answer.ModelVersion > 0
            ? $"From model version {Tables.Number(answer.ModelVersion)}."
            : "No model serves yet; 'onlinecf train' makes one.");
    }
}
