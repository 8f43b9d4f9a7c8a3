using System.Globalization;
using System.Text.RegularExpressions;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cluster.Tests.Soak;

/// <summary>
/// A server under everything at once (ratings, lists, searches, watches, rounds) that is stopped and killed over and
/// over. Half a minute of it in every run; <c>tests/run.sh Cluster --soak</c> makes it half an hour.
/// </summary>
public sealed partial class SoakTests(ITestOutputHelper output) : IDisposable
{
    private const int Streams = 2;
    private const double ShortMinutes = 0.5;

    // What a level of memory may swing by: rounds come and go, and the collector has its own mind.
    private const double MemorySwing = 1.25;

    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StatisticsPatience = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("onlinecf-soak-").FullName;
    private readonly List<string> _faults = [];
    private readonly List<string> _log = [];
    private SentRatings[] _streams = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Nothing_is_lost_memory_levels_off_and_no_fault_is_logged()
    {
        var minutes = double.Parse(
            Environment.GetEnvironmentVariable("ONLINECF_SOAK_MINUTES") ?? $"{ShortMinutes}", CultureInfo.InvariantCulture);
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}, {minutes} minutes");
        var random = new Random(seed);
        _streams = [.. Enumerable.Range(1, Streams).Select(stream => new SentRatings(stream, seed + stream))];

        // The first half in one go, for the memory; the second in pieces.
        var left = TimeSpan.FromMinutes(minutes);
        await LiveAsync(left / 2, random, kill: false, IsLong(minutes));
        for (left /= 2; left > TimeSpan.Zero;)
        {
            var piece = TimeSpan.FromSeconds(5 + (random.NextDouble() * Math.Min(55, left.TotalSeconds)));
            await LiveAsync(piece, random, kill: random.Next(3) > 0, level: false);
            left -= piece;
        }

        output.WriteLine($"{_streams.Sum(stream => stream.Acknowledged)} ratings acknowledged");
        Assert.Empty(_faults);
        Assert.DoesNotContain(_log, line => Fault().IsMatch(line));
    }

    // With the time of day before it, where the settings beside the program say so.
    [GeneratedRegex(@"^(\d\d:\d\d:\d\d )?(fail|crit): ")]
    private static partial Regex Fault();

    private static bool IsLong(double minutes) => minutes >= 10;

    private async Task LiveAsync(TimeSpan time, Random random, bool kill, bool level)
    {
        await using var server = await ServerProcess.StartAsync(
            _folder, "--Training:Interval=3s", "--Training:MinNewRatings=2000", "--Training:Epochs=3");
        var following = server.FollowAsync(_log);
        await CheckAsync(server);
        var load = new SoakLoad(server, _streams, random.Next());
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var running = load.RunAsync(end.Token);
        var memory = await SampleMemoryAsync(server, time);
        if (kill)
        {
            await server.KillAsync();
            await end.CancelAsync();
        }
        else
        {
            var (exitCode, elapsed) = await server.SignalAsync("TERM");
            await end.CancelAsync();
            Assert.Equal(0, exitCode);
            Assert.InRange(elapsed, TimeSpan.Zero, StopPatience);
        }

        await Task.WhenAll(running, following);
        output.WriteLine($"{time.TotalSeconds:F0} s, {(kill ? "killed" : "stopped")}; (lists, searches, pushes) {load.Answered}; MB {string.Join(' ', memory)}");
        if (level)
        {
            var half = memory.Count / 2;
            Assert.InRange(memory.Skip(half + (half / 2)).Average(), 0, memory.Skip(half / 2).Take(half / 2).Average() * MemorySwing);
        }
    }

    private static async Task<List<long>> SampleMemoryAsync(ServerProcess server, TimeSpan time)
    {
        var samples = new List<long>();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(Math.Min(15, time.TotalSeconds / 2)));
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < time && await timer.WaitForNextTickAsync(Token))
        {
            samples.Add(server.ResidentBytes >> 20);
        }

        return samples;
    }

    /// <summary>The store against what was sent, and the movies' numbers against the store.</summary>
    private async Task CheckAsync(ServerProcess server)
    {
        var counts = new Dictionary<long, long>();
        foreach (var stream in _streams)
        {
            foreach (var userId in stream.UserIds)
            {
                var listed = await server.ListAsync(userId);
                _faults.AddRange(stream.FaultsOf(userId, listed));
                foreach (var rating in listed)
                {
                    counts[rating.MovieId] = counts.GetValueOrDefault(rating.MovieId) + 1;
                }
            }
        }

        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        var started = TimeProvider.System.GetTimestamp();
        var wrong = await WrongCountsAsync(server, counts);
        while (wrong.Count > 0 && TimeProvider.System.GetElapsedTime(started) < StatisticsPatience && await timer.WaitForNextTickAsync(Token))
        {
            wrong = await WrongCountsAsync(server, counts);
        }

        _faults.AddRange(wrong);
    }

    private static async Task<List<string>> WrongCountsAsync(ServerProcess server, Dictionary<long, long> counts)
    {
        var popular = await server.Recommendations.PopularMoviesAsync(new PopularMoviesRequest { Count = 1000 }, cancellationToken: Token);
        return [.. popular.Movies
            .Where(movie => movie.RatingCount != counts.GetValueOrDefault(movie.Movie.MovieId))
            .Select(movie => $"movie {movie.Movie.MovieId} has {counts.GetValueOrDefault(movie.Movie.MovieId)} ratings, its count is {movie.RatingCount}")
            .Concat(popular.Movies.Count == 0 && counts.Count > 0 ? ["no movie is popular"] : [])];
    }
}
