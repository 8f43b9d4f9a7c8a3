using OnlineCF.Protocol.V1;

namespace OnlineCF.Cluster.Tests;

public sealed class ShutdownTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("onlinecf-shutdown-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Signal_in_the_middle_of_a_round_ends_the_process_with_0_in_time_and_loses_nothing(string signal)
    {
        var ratings = World.Ratings(20_000);
        await using (var server = await ServerProcess.StartAsync(
            _folder, "--Training:Automatic=false", "--Training:Epochs=1000", "--Training:PatienceEpochs=1000"))
        {
            Assert.Equal(ratings.Length, await server.StreamAsync(ratings, batchSize: 1000));
            await server.Training.StartTrainingAsync(new StartTrainingRequest(), cancellationToken: Cancellation);
            using var watch = server.Training.WatchTraining(new WatchTrainingRequest { OneRound = true }, cancellationToken: Cancellation);
            Assert.True(await watch.ResponseStream.MoveNext(Cancellation));

            var (exitCode, elapsed) = await server.SignalAsync(signal);
            Assert.Equal(0, exitCode);
            output.WriteLine($"ended after {elapsed.TotalSeconds:F1} s");

            // The watch that is still open is not waited for.
            Assert.InRange(elapsed.TotalSeconds, 0, 6);
        }

        await using var restarted = await ServerProcess.StartAsync(_folder, "--Training:Automatic=false");
        Assert.True(ratings.ToHashSet().SetEquals(await restarted.ListAllAsync()));
    }

    [Theory]
    [InlineData("TERM", 0)]
    [InlineData("TERM", 30)]
    [InlineData("INT", 60)]
    [InlineData("TERM", 120)]
    public async Task Signal_in_the_start_ends_the_process_with_0_in_time(string signal, int line)
    {
        var (exitCode, elapsed, said) = await ServerProcess.SignalInStartAsync(_folder, signal, line);
        output.WriteLine($"ended after {elapsed.TotalSeconds:F1} s: {said}");

        Assert.Equal(0, exitCode);
        Assert.StartsWith("Stopped", said, StringComparison.Ordinal);
        Assert.InRange(elapsed.TotalSeconds, 0, 10);
    }
}
