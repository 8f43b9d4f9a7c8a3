using System.CommandLine;
using OnlineCF.Cli.Output;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Commands;

/// <summary>onlinecf recommend</summary>
internal static class RecommendCommand
{
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
            return invocation.Answer(answer, x => new RecommendedList(invocation.Terminal, request).Write(x));
        });
        return verb;
    }
}
