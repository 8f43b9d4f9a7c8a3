using OnlineCF.Protocol.V1;

namespace OnlineCF.Cluster.Tests;

/// <summary>A machine whose clock is set while the server runs: faketime gives the process a clock of its own.</summary>
public sealed class ClockTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("onlinecf-clock-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    internal static string? Library =>
        Directory.Exists("/usr/lib")
            ? Directory.EnumerateFiles("/usr/lib", "libfaketimeMT.so.1", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 2 })
                .FirstOrDefault()
            : null;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_clock_that_is_set_back_and_forth_stops_nobody()
    {
        Assert.SkipWhen(Library is null, "There is no faketime here, which gives a process a clock of its own.");
        Set("+0");
        await using var server = await ServerProcess.StartAsync(
            _folder,
            new Dictionary<string, string>
            {
                ["LD_PRELOAD"] = Library!,
                ["FAKETIME_TIMESTAMP_FILE"] = ClockFile,
                ["FAKETIME_NO_CACHE"] = "1",
                ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
            },
            "--Training:Automatic=false");

        var userId = 0L;
        foreach (var clock in new[] { "+0", "-1s", "-1h", "-60d", "+20y", "+0", "-1h" })
        {
            Set(clock);
            userId++;
            var rated = await server.Ratings.RateAsync(
                new RateRequest { Rating = new Rating { UserId = userId, MovieId = userId, Value = 4 } }, cancellationToken: Cancellation);
            Assert.Equal(RatingResult.Accepted, rated.Result);

            // Of somebody in memory, of somebody who is not, and of a movie.
            var first = await server.Ratings.ListRatingsAsync(new ListRatingsRequest { UserId = 1 }, cancellationToken: Cancellation);
            Assert.Single(first.Ratings);
            await server.Recommendations.RecommendAsync(new RecommendRequest { UserId = 1000 + userId }, cancellationToken: Cancellation);
        }

        Assert.Equal(0, (await server.SignalAsync("TERM")).ExitCode);
    }

    private string ClockFile => Path.Combine(_folder, "clock");

    private void Set(string clock) => File.WriteAllText(ClockFile, clock + "\n");
}
