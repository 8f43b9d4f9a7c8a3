using System.CommandLine;
using OnlineCF.Cli.Output;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Commands;

/// <summary>onlinecf erase</summary>
internal static class EraseCommand
{
    /// <summary>The verb.</summary>
    public static Verb Create(CliEnvironment environment)
    {
        var user = NumberOption.Id("USER", "Id of the user");
        var yes = new Option<bool>("--yes") { Description = "Do it: what is erased does not come back" };
        var verb = new Verb(
            "erase",
            "Erase everything that a user rated, as if it had never been.",
            environment,
            talksToServer: true,
            "onlinecf erase 1 --yes",
            "onlinecf erase 1 --yes --json")
        {
            user,
            yes,
        };
        verb.Run(async (invocation, cancel) =>
        {
            var userId = invocation.Value(user);
            if (!invocation.Value(yes))
            {
                throw new CommandException(
                    ExitCodes.Usage, $"Everything that user {Tables.Number(userId)} rated would be gone for good. To do it, add --yes.");
            }

            var answer = await invocation.Connection.Ratings.EraseUserAsync(
                new EraseUserRequest { UserId = userId }, ServerConnection.Unary(cancel));
            return invocation.Answer(
                answer, x => invocation.Terminal.WriteLine($"Erased: {Tables.Count(x.Ratings, "rating")} of user {Tables.Number(userId)}."));
        });
        return verb;
    }
}
