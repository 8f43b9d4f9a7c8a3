using OnlineCF.Cli.Output;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Commands;

/// <summary>onlinecf ratings</summary>
internal static class RatingsCommand
{
    private const int PageSize = 1000;

    /// <summary>The verb.</summary>
    public static Verb Create(CliEnvironment environment)
    {
        var user = NumberOption.Id("USER", "Id of the user");
        var verb = new Verb(
            "ratings",
            "List all current ratings of a user, by movie.",
            environment,
            talksToServer: true,
            "onlinecf ratings 1",
            "onlinecf ratings 1 --json")
        {
            user,
        };
        verb.Run(async (invocation, cancel) =>
        {
            var all = new ListRatingsResponse();
            var request = new ListRatingsRequest { UserId = invocation.Value(user), PageSize = PageSize };
            do
            {
                var page = await invocation.Connection.Ratings.ListRatingsAsync(request, ServerConnection.Unary(cancel));
                all.Ratings.AddRange(page.Ratings);
                request.PageToken = page.NextPageToken;
            }
            while (request.PageToken.Length > 0);

            return invocation.Answer(all, x => Write(invocation.Terminal, x, request.UserId));
        });
        return verb;
    }

    private static void Write(Terminal terminal, ListRatingsResponse ratings, long userId)
    {
        if (ratings.Ratings.Count == 0)
        {
            terminal.WriteLine($"User {Tables.Number(userId)} has no ratings.");
            return;
        }

        var table = Tables.Create("#movie", "#stars", "rated");
        foreach (var rating in ratings.Ratings)
        {
            table.Add(
                Tables.Number(rating.MovieId), Tables.Figure(rating.Value, "0.0##"),
                FormattableString.Invariant($"{rating.RatedAt.ToDateTime():yyyy-MM-dd HH:mm}"));
        }

        terminal.Write(table);
        terminal.WriteLine($"{Tables.Count(ratings.Ratings.Count, "rating")}, {Tables.Figure(ratings.Ratings.Average(x => x.Value), "0.00")} stars on average.");
    }
}
