using OnlineCF.Protocol.V1;

namespace OnlineCF.Cluster.Tests;

/// <summary>Half a gigabyte of libtorch is loaded where a round runs on it, and nowhere else.</summary>
public sealed class LibraryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("onlinecf-library-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_silo_that_does_not_train_maps_no_libtorch()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Mapped files are told on Linux alone.");
        await using var server = await ServerProcess.StartAsync(_folder, "--Silo:Roles=serve");
        await server.StreamAsync(World.Ratings(2000), batchSize: 1000);
        await server.Recommendations.RecommendAsync(new RecommendRequest { UserId = 1 }, cancellationToken: Cancellation);

        Assert.Empty(LibrariesOf(server));
    }

    [Theory]
    [InlineData("vector", false)]
    [InlineData("torch", true)]
    public async Task A_silo_that_trains_maps_it_when_a_round_needs_it(string engine, bool mapped)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Mapped files are told on Linux alone.");
        await using var server = await ServerProcess.StartAsync(
            _folder, "--Training:Automatic=false", "--Training:Epochs=1", "--Training:Device=cpu", $"--Training:Engine={engine}");
        await server.StreamAsync(World.Ratings(2000), batchSize: 1000);
        if (!mapped)
        {
            Assert.Empty(LibrariesOf(server));
        }

        using var watch = server.Training.WatchTraining(new WatchTrainingRequest { OneRound = true }, cancellationToken: Cancellation);
        await watch.ResponseHeadersAsync;
        await server.Training.StartTrainingAsync(new StartTrainingRequest(), cancellationToken: Cancellation);
        TrainingRound? round = null;
        while (await watch.ResponseStream.MoveNext(Cancellation))
        {
            round = watch.ResponseStream.Current.Finished;
        }

        Assert.Equal(1, round?.Epochs);
        Assert.Equal(mapped, LibrariesOf(server).Any());
    }

    private static IEnumerable<string> LibrariesOf(ServerProcess server) =>
        server.MappedFiles.Where(file => file.Contains("torch", StringComparison.OrdinalIgnoreCase) && file.Contains(".so", StringComparison.Ordinal));
}
