using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cluster.Tests;

/// <summary>What an erasure leaves on the disk, byte by byte.</summary>
public sealed class ErasureTests(ITestOutputHelper output) : IDisposable
{
    private const long UserId = 7_301_998_877_665_544_332;
    private const long FirstMovieId = 6_104_775_533_118_822_601;

    private readonly string _folder = Directory.CreateTempSubdirectory("onlinecf-erasure-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task No_file_tells_of_an_erased_user_once_everything_was_trained_anew()
    {
        await using (var server = await ServerProcess.StartAsync(
            _folder, "--Training:Automatic=false", "--Training:LearningRate=0.02", "--Training:EmbeddingDim=8", "--Model:Keep=20"))
        {
            var all = World.Ratings(30_000).Select(Tasteful).ToArray();
            Rating[] ratings = [.. all[..10_000], .. OfTheUser()];
            Assert.Equal(ratings.Length, await server.StreamAsync(ratings, batchSize: 1000));
            await TrainAsync(server);
            await TrainAsync(server);
            var known = FilesThatKnow(locksToo: false);
            Assert.Contains(known, file => Path.GetFileName(file).StartsWith("snapshot-", StringComparison.Ordinal));
            Assert.Contains(known, file => !Path.GetFileName(file).StartsWith("snapshot-", StringComparison.Ordinal));

            var before = (await ModelsAsync(server)).Max();
            var erased = await server.Ratings.EraseUserAsync(new EraseUserRequest { UserId = UserId }, cancellationToken: Cancellation);
            Assert.Equal(OfTheUser().Count(), erased.Ratings);

            // The partitions keep how far they are in their own time, and the trainer waits for them.
            foreach (var more in all[10_000..].Chunk(250))
            {
                await server.StreamAsync(more, batchSize: 250);
                output.WriteLine(await TrainAsync(server));
                if ((await ModelsAsync(server)).Min() > before)
                {
                    break;
                }
            }

            Assert.InRange((await ModelsAsync(server)).Min(), before + 1, long.MaxValue);

            var (exitCode, _) = await server.SignalAsync("TERM");
            Assert.Equal(0, exitCode);
        }

        var files = Directory.GetFiles(Path.Combine(_folder, "data"), "*", SearchOption.AllDirectories);
        output.WriteLine(string.Join(", ", files.Select(file => $"{Path.GetFileName(file)} {new FileInfo(file).Length}")));
        Assert.Contains(files, file => Path.GetFileName(file).StartsWith("snapshot-", StringComparison.Ordinal));
        Assert.Empty(FilesThatKnow(locksToo: true));
    }

    private static Rating Tasteful(Rating rating)
    {
        rating.Value = rating.UserId % 2 == rating.MovieId % 2 ? Math.Max(3.5f, rating.Value) : Math.Min(2.5f, rating.Value);
        return rating;
    }

    private static IEnumerable<Rating> OfTheUser() => Enumerable.Range(0, 60).Select(i => new Rating
    {
        UserId = UserId,
        MovieId = i < 30 ? FirstMovieId + i : i,
        Value = i % 2 == 0 ? 5 : 1,
    });

    private static async Task<IReadOnlyList<long>> ModelsAsync(ServerProcess server)
    {
        var models = await server.Training.ListModelsAsync(new ListModelsRequest(), cancellationToken: Cancellation);
        return [.. models.Models.Select(model => model.Version)];
    }

    private static async Task<string> TrainAsync(ServerProcess server)
    {
        using var watch = server.Training.WatchTraining(new WatchTrainingRequest { OneRound = true }, cancellationToken: Cancellation);
        await watch.ResponseHeadersAsync;
        await server.Training.StartTrainingAsync(new StartTrainingRequest { FullRetrain = true }, cancellationToken: Cancellation);
        var last = "";
        while (await watch.ResponseStream.MoveNext(Cancellation))
        {
            last = watch.ResponseStream.Current.Finished is { } round ? $"{round.Outcome}: {round.Reason}" : last;
        }

        return last;
    }

    // A lock that is held cannot be read.
    private IReadOnlyList<string> FilesThatKnow(bool locksToo)
    {
        byte[][] forms = [LittleEndian(), BigEndian(), Varint(), Encoding.UTF8.GetBytes(UserId.ToString(CultureInfo.InvariantCulture))];
        return
        [
            .. Directory.GetFiles(Path.Combine(_folder, "data"), "*", SearchOption.AllDirectories)
                .Where(file => locksToo || Path.GetExtension(file) != ".lock")
                .Where(file => ReadAll(file) is var bytes && Array.Exists(forms, form => bytes.AsSpan().IndexOf(form) >= 0)),
        ];
    }

    // The server has some of them open.
    private static byte[] ReadAll(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static byte[] LittleEndian()
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, UserId);
        return bytes;
    }

    private static byte[] BigEndian()
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, UserId);
        return bytes;
    }

    // As protobuf and as archives of numbers write it: seven bits a byte, the lowest first.
    private static byte[] Varint()
    {
        var bytes = new List<byte>();
        for (var rest = (ulong)UserId; rest > 0; rest >>= 7)
        {
            bytes.Add((byte)((rest & 0x7F) | (rest > 0x7F ? 0x80u : 0)));
        }

        return [.. bytes];
    }
}
