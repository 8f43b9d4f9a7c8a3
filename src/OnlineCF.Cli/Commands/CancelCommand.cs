using OnlineCF.Cli.Output;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Commands;

/// <summary>onlinecf cancel</summary>
internal static class CancelCommand
{
    /// <summary>The verb.</summary>
    public static Verb Create(CliEnvironment environment)
    {
        var verb = new Verb(
            "cancel",
            "Cancel the training round that runs; the model that serves goes on serving.",
            environment,
            talksToServer: true,
            "onlinecf cancel",
            "onlinecf cancel --json");
        verb.Run(async (invocation, cancel) =>
        {
            var answer = await invocation.Connection.Training.CancelTrainingAsync(new CancelTrainingRequest(), ServerConnection.Unary(cancel));
            return invocation.Answer(answer, x => invocation.Terminal.WriteLine($"Round {Tables.Number(x.RoundId)} is cancelled."));
        });
        return verb;
    }
}
