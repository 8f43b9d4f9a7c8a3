using Grpc.Core;
using OnlineCF.Cli.Commands;
using OnlineCF.Cli.Generate;
using OnlineCF.Cli.Import;
using OnlineCF.Cli.Local;
using OnlineCF.Cli.Output;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Demo;

/// <summary>Brings a made-up world to a server, then lets it live on: ratings flow in, and what is learnt is told.</summary>
internal sealed class DemoRun(VerbInvocation invocation, ThrowAwayServer server, ServerConnection connection)
{
    private readonly TimeProvider _time = invocation.Environment.Time;
    private readonly Terminal _terminal = invocation.Terminal;

    /// <summary>Goes on until it is cancelled.</summary>
    public async Task RunAsync(SyntheticWorld world, int ratingsPerSecond, CancellationToken cancel)
    {
        await MovieUpload.RunAsync(
            connection.Catalog, world.Movies.Select(x => new ParsedMovie(x, x.MovieId)), (_, reason) => throw new InvalidOperationException(reason), cancel);
        await Upload(new SyntheticRatings(world)).RunAsync(cancel);
        var firstRound = await TrainAsync(cancel);
        Tell(world.Options, firstRound, ratingsPerSecond);

        var source = new LiveRatings(world, _time)
        {
            FashionChanged = genre => Note($"{genre} comes into fashion: people see more of it and like it better than before."),
        };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var following = FollowRoundsAsync(firstRound.RoundId, stop.Token);
        var sending = Upload(source, new Pace(ratingsPerSecond, _time)).RunAsync(stop.Token);
        var first = await Task.WhenAny(following, sending);
        await stop.CancelAsync();
        await Task.WhenAll(following, sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // What ended first says why; the other one was only cancelled.
        await first;
    }

    private RatingUpload Upload(IRatingSource source, Pace? pace = null) =>
        new(connection.Client, source, _time) { Pace = pace, Answered = (_, _) => { } };

    // A round that the server has begun by itself meanwhile knows a part of the world only; the next knows it all.
    private async Task<TrainingRound> TrainAsync(CancellationToken cancel)
    {
        var follower = new RoundFollower(connection.Training);
        while (true)
        {
            var status = await connection.Training.GetTrainingAsync(new GetTrainingRequest(), ServerConnection.Unary(cancel));
            if (status.State == TrainingState.Running)
            {
                await follower.FollowAsync(status.RoundId, _ => { }, cancel);
            }

            try
            {
                var round = await connection.Training.StartTrainingAsync(new StartTrainingRequest(), ServerConnection.Unary(cancel));
                return await follower.FollowAsync(round.RoundId, _ => { }, cancel);
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.FailedPrecondition)
            {
                // Another one has begun between question and start.
            }
        }
    }

    private async Task FollowRoundsAsync(long after, CancellationToken cancel)
    {
        using var call = connection.Training.WatchTraining(new WatchTrainingRequest(), cancellationToken: cancel);
        await foreach (var item in call.ResponseStream.ReadAllAsync(cancel))
        {
            if (item.RoundId > after && item.Finished is { } finished)
            {
                Note(RoundTable.Sentence(finished));
            }
        }
    }

    private void Tell(SyntheticWorldOptions world, TrainingRound round, int ratingsPerSecond)
    {
        var (page, grpc) = (server.HttpAddress, server.GrpcAddress);
        if (invocation.Json)
        {
            _terminal.WriteLine(JsonOutput.OfResult(new { page, grpc, world.Users, world.Movies, world.Ratings }));
            return;
        }

        _terminal.WriteLine($"""

            A made-up world is there: {Tables.Show(world.Movies)} movies, {Tables.Show(world.Users)} users, {Tables.Show(world.Ratings)} ratings.
            {RoundTable.Sentence(round)}

              Rate, and see the list move   {page}
              Watch it learn                {page}#/training
              Try the API                   {page}docs/
              Metrics for Prometheus        {page}metrics
              gRPC                          {grpc.ToString().TrimEnd('/')}

            {Tables.Show(ratingsPerSecond)} ratings a second flow in from now on, and tastes drift each minute. Ctrl-C ends the demo; its ratings are thrown away.
            """);
    }

    private void Note(string text) => _terminal.Note($"{_time.GetLocalNow():HH:mm:ss}  {text}");
}
