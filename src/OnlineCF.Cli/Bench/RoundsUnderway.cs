using OnlineCF.Cli.Commands;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Bench;

/// <summary>Keeps a training round under way.</summary>
internal sealed class RoundsUnderway(ServerConnection connection)
{
    private readonly List<double> _speeds = [];

    /// <summary>Ratings that were trained a second, of the median round; NaN before the first has ended.</summary>
    public double RatingsPerSecond => _speeds.Count == 0 ? double.NaN : _speeds.Order().ElementAt(_speeds.Count / 2);

    /// <summary>Rounds that have ended.</summary>
    public int Count => _speeds.Count;

    /// <summary>One whole round, to its end.</summary>
    public async Task OneAsync(CancellationToken cancel)
    {
        var started = await connection.Training.StartTrainingAsync(
            new StartTrainingRequest { FullRetrain = true }, ServerConnection.Unary(cancel));
        var round = await new RoundFollower(connection.Training).FollowAsync(started.RoundId, _ => { }, cancel);
        _speeds.Add(round.RatingsPerSecond);
    }

    /// <summary>Does something while rounds run, one after the other, and lets the last one end.</summary>
    public async Task<T> WhileAsync<T>(Func<Task<T>> measure, CancellationToken cancel)
    {
        using var enough = new CancellationTokenSource();
        var rounds = RepeatAsync(enough.Token, cancel);
        try
        {
            return await measure();
        }
        finally
        {
            await enough.CancelAsync();
            await rounds;
        }
    }

    private async Task RepeatAsync(CancellationToken enough, CancellationToken cancel)
    {
        while (!enough.IsCancellationRequested)
        {
            await OneAsync(cancel);
        }
    }
}
