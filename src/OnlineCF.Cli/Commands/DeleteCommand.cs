using OnlineCF.Cli.Output;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Commands;

/// <summary>onlinecf delete</summary>
internal static class DeleteCommand
{
    /// <summary>The verb.</summary>
    public static Verb Create(CliEnvironment environment)
    {
        var user = NumberOption.Id("USER", "Id of the user");
        var movie = NumberOption.Id("MOVIE", "Id of the movie");
        var verb = new Verb(
            "delete",
            "Take a user's rating of a movie away.",
            environment,
            talksToServer: true,
            "onlinecf delete 1 318",
            "onlinecf delete 1 318 --json")
        {
            user,
            movie,
        };
        verb.Run(async (invocation, cancel) =>
        {
            var answer = await invocation.Connection.Ratings.DeleteRatingAsync(
                new DeleteRatingRequest { UserId = invocation.Value(user), MovieId = invocation.Value(movie) }, ServerConnection.Unary(cancel));
            return invocation.Answer(
                answer, x => invocation.Terminal.WriteLine($"Deleted: the rating is gone for good (sequence {Tables.Number(x.Sequence)})."));
        });
        return verb;
    }
}
