using System.CommandLine;
using OnlineCF.Cli.Output;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Commands;

/// <summary>onlinecf rollback</summary>
internal static class RollbackCommand
{
    /// <summary>The verb.</summary>
    public static Verb Create(CliEnvironment environment)
    {
        var version = NumberOption.Id("VERSION", "A version that 'onlinecf models' lists");
        var verb = new Verb(
            "rollback",
            "Make a kept model version serve, from the next request on.",
            environment,
            talksToServer: true,
            "onlinecf rollback 3",
            "onlinecf rollback 3 --json")
        {
            version,
        };
        verb.Run(async (invocation, cancel) =>
        {
            var answer = await invocation.Connection.Training.RollbackModelAsync(
                new RollbackModelRequest { Version = invocation.Value(version) }, ServerConnection.Unary(cancel));
            return invocation.Answer(
                answer, x => invocation.Terminal.WriteLine($"Model version {Tables.Number(x.Version)} serves, until a candidate that is not worse is promoted."));
        });
        return verb;
    }
}
