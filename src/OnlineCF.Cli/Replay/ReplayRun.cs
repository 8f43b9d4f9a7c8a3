using System.Runtime.InteropServices;
using OnlineCF.Cli.Commands;
using OnlineCF.Cli.Output;
using OnlineCF.Protocol.V1;
using Rating = OnlineCF.Core.Ratings.Rating;

namespace OnlineCF.Cli.Replay;

/// <summary>
/// Sends ratings in order of time through a server's own calls: first it is asked what it would predict,
/// then it is told. In between, training rounds run to their end when they are due.
/// </summary>
internal sealed class ReplayRun(ServerConnection connection, TimeProvider time, RoundSchedule schedule)
{
    private static readonly TimeSpan PauseBetweenLooks = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestSwap = TimeSpan.FromSeconds(30);

    private readonly ReplayLists _lists = new(connection);
    private readonly Dictionary<long, UserPast> _pasts = [];

    /// <summary>Models promoted so far.</summary>
    public int ModelsPromoted { get; private set; }

    /// <summary>Seconds spent in training rounds.</summary>
    public double TrainingSeconds { get; private set; }

    /// <summary>Called with the number of ratings done.</summary>
    public Action<long> Progress { get; init; } = _ => { };

    /// <summary>Called with each finished round.</summary>
    public Action<TrainingRound> RoundFinished { get; init; } = _ => { };

    /// <summary>Ratings in order of time; those of one moment as they stood in the file.</summary>
    public static List<Rating> InOrderOfTime(IEnumerable<Rating> ratings) => [.. ratings.OrderBy(x => x.RatedAtMicros)];

    /// <summary>Replays all.</summary>
    public async Task<PrequentialStatistics> RunAsync(IReadOnlyList<Rating> ratings, CancellationToken cancel)
    {
        var statistics = new PrequentialStatistics(ratings.Count);
        for (var i = 0; i < ratings.Count; i++)
        {
            if (schedule.IsDue(i))
            {
                await TrainAsync(cancel);
            }

            await PredictAsync(ratings[i], statistics, cancel);
            await RateAsync(ratings[i], cancel);
            PastOf(ratings[i].UserId).Add(ratings[i]);
            _lists.OnRating(ratings[i]);
            Progress(i + 1);
        }

        return statistics;
    }

    private async Task PredictAsync(Rating rating, PrequentialStatistics statistics, CancellationToken cancel)
    {
        using var prediction = connection.Recommendations.PredictRatingsAsync(
            new PredictRatingsRequest { UserId = rating.UserId, MovieIds = { rating.MovieId } },
            ServerConnection.Unary(cancel));

        // A list can only hit where the user liked the movie.
        if (rating.Value >= Rating.LikedValue)
        {
            await _lists.AskAsync(rating, PastOf(rating.UserId), statistics, cancel);
        }

        statistics.OnRating((await prediction).Predictions[0].PredictedRating_, rating.Value);
    }

    private UserPast PastOf(long userId) =>
        CollectionsMarshal.GetValueRefOrAddDefault(_pasts, userId, out _) ??= new UserPast();

    private async Task RateAsync(Rating rating, CancellationToken cancel) => await connection.Ratings.RateAsync(
        new RateRequest { Rating = ReplayLists.ToProto(rating) }, ServerConnection.Unary(cancel));

    private async Task TrainAsync(CancellationToken cancel)
    {
        // A round comes when a tenth of all ratings or more is new: that is a round over everything.
        var startedAt = time.GetTimestamp();
        var started = await connection.Training.StartTrainingAsync(
            new StartTrainingRequest { FullRetrain = true }, ServerConnection.Unary(cancel));
        var round = await new RoundFollower(connection.Training).FollowAsync(started.RoundId, _ => { }, cancel);
        if (round.Outcome == RoundOutcome.Promoted)
        {
            ModelsPromoted++;
            await WaitUntilServingAsync(round.Version, cancel);
        }

        TrainingSeconds += time.GetElapsedTime(startedAt).TotalSeconds;
        RoundFinished(round);
    }

    private async Task WaitUntilServingAsync(long version, CancellationToken cancel)
    {
        var startedAt = time.GetTimestamp();
        while (true)
        {
            var status = await connection.Training.GetTrainingAsync(
                new GetTrainingRequest(), ServerConnection.Unary(cancel));
            if (status.ModelVersion >= version)
            {
                return;
            }

            if (time.GetElapsedTime(startedAt) > LongestSwap)
            {
                throw new CommandException(
                    ExitCodes.Error, $"Model version {Tables.Number(version)} was promoted and does not serve.");
            }

            await Task.Delay(PauseBetweenLooks, time, cancel);
        }
    }
}
