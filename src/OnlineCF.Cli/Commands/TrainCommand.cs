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
            "Start a training round now, or when the running one ends, if ratings came in since it began.",
            environment,
            talksToServer: true,
            "onlinecf train --watch",
            "onlinecf train --full --json")
        {
            watch,
            full,
        };
        verb.Run((invocation, cancel) => RunAsync(invocation, invocation.Value(watch), invocation.Value(full), cancel));
        return verb;
    }

    // A running round has read the log before this was asked for: what came in since is left to another one.
    private static async Task<int> RunAsync(VerbInvocation invocation, bool watch, bool full, CancellationToken cancel)
    {
        while (true)
        {
            var (answer, alreadyRunning) = await StartAsync(invocation, full, cancel);
            if (!alreadyRunning)
            {
                return watch
                    ? await new RoundWatch(invocation, answer.RoundId).RunAsync(cancel)
                    : invocation.Answer(
                        answer, x => invocation.Terminal.WriteLine($"Round {Tables.Number(x.RoundId)} has started."));
            }

            invocation.Terminal.Note(
                $"Round {Tables.Number(answer.RoundId)} is running already; {(full ? "the full one" : "another one, if ratings are left,")} starts when it ends.");
            var round = await new RoundFollower(invocation.Connection.Training).FollowAsync(answer.RoundId, _ => { }, cancel);
            if (!full && !await AnyPendingAsync(invocation, cancel))
            {
                return Ended(invocation, round);
            }

            invocation.Terminal.Note(RoundTable.Sentence(round));
        }
    }

    private static int Ended(VerbInvocation invocation, TrainingRound round)
    {
        invocation.Answer(round, x => invocation.Terminal.WriteLine(
            $"{RoundTable.Sentence(x)}{Environment.NewLine}It has learnt every rating, so that no other one was started."));
        return round.Outcome is RoundOutcome.Promoted or RoundOutcome.Rejected ? ExitCodes.Ok : ExitCodes.Error;
    }

    private static async Task<bool> AnyPendingAsync(VerbInvocation invocation, CancellationToken cancel)
    {
        var status = await invocation.Connection.Training.GetTrainingAsync(new GetTrainingRequest(), ServerConnection.Unary(cancel));
        return status.PendingRatings > 0;
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
