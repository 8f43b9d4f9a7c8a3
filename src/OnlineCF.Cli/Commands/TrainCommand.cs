using System.CommandLine;
using Grpc.Core;
using OnlineCF.Cli.Output;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Commands;

/// <summary>onlinecf train</summary>
internal static class TrainCommand
{
    /// <summary>The verb.</summary>
    public static Verb Create(CliEnvironment environment)
    {
        var watch = new Option<bool>("--watch") { Description = "Follow the round to its end; exit 1 if it fails or is cancelled" };
        var full = new Option<bool>("--full") { Description = "Train everything from random initial values" };
        var verb = new Verb(
            "train",
            "Start a training round now.",
            environment,
            talksToServer: true,
            "onlinecf train --watch",
            "onlinecf train --full --json")
        {
            watch,
            full,
        };
        verb.Run(async (invocation, cancel) =>
        {
            var (answer, alreadyRunning) = await StartAsync(invocation, invocation.Value(full), cancel);
            if (alreadyRunning)
            {
                TellRunning(invocation, answer.RoundId, invocation.Value(watch), invocation.Value(full));
            }

            if (invocation.Value(watch))
            {
                var exitCode = await new RoundWatch(invocation, answer.RoundId).RunAsync(cancel);
                if (alreadyRunning)
                {
                    await TellPendingAsync(invocation, cancel);
                }

                return exitCode;
            }

            return invocation.Answer(
                answer, x => invocation.Terminal.WriteLine($"Round {Tables.Number(x.RoundId)} has started."));
        });
        return verb;
    }

    // Whoever asked for a full round would take another one's end for it.
    private static void TellRunning(VerbInvocation invocation, long roundId, bool watch, bool full)
    {
        var running = $"Round {Tables.Number(roundId)} is running already";
        if (full)
        {
            throw new CommandException(
                ExitCodes.Error,
                $"{running}, which is not the full one asked for: nothing was started. Wait for its end "
                + "('onlinecf train --watch' follows it) or cancel it (POST /v1/training:cancel), then run this again.");
        }

        if (!watch)
        {
            throw new CommandException(
                ExitCodes.Error, $"{running}: nothing was started. 'onlinecf train --watch' follows it.");
        }

        invocation.Terminal.Note($"{running}.");
    }

    // The round had read the log before this was asked for.
    private static async Task TellPendingAsync(VerbInvocation invocation, CancellationToken cancel)
    {
        var status = await invocation.Connection.Training.GetTrainingAsync(new GetTrainingRequest(), ServerConnection.Unary(cancel));
        if (status.PendingRatings > 0)
        {
            invocation.Terminal.Note(
                $"{Tables.Show(status.PendingRatings)} ratings came in after it had begun; the next round learns them ('onlinecf train --watch' again starts it now).");
        }
    }

    private static async Task<(StartTrainingResponse Answer, bool AlreadyRunning)> StartAsync(
        VerbInvocation invocation, bool full, CancellationToken cancel)
    {
        var training = invocation.Connection.Training;
        try
        {
            var request = new StartTrainingRequest { FullRetrain = full };
            return (await training.StartTrainingAsync(request, ServerConnection.Unary(cancel)), false);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.FailedPrecondition)
        {
            var status = await training.GetTrainingAsync(new GetTrainingRequest(), ServerConnection.Unary(cancel));
            if (status.State != TrainingState.Running)
            {
                throw;
            }

            return (new StartTrainingResponse { RoundId = status.RoundId }, true);
        }
    }
}
