using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using OnlineCF.Core.Archives;
using OnlineCF.Protocol.V1;
using OnlineCF.Server;
using OnlineCF.Storage.Postgres.Tests;

namespace OnlineCF.Cluster.Tests;

/// <summary>A store moved from one server to another, of either provider: nobody who asks for a list sees that it was.</summary>
public sealed class ArchiveTests(PostgresServer postgres) : IDisposable
{
    private const int Users = 1000;
    private const int Movies = 300;
    private const string Quiet = "--Training:Automatic=false";

    private static readonly Timestamp Moment = new() { Seconds = 1_700_000_000 };

    private readonly string _folder = Directory.CreateTempSubdirectory("onlinecf-archives-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Archive => Path.Combine(_folder, "store.zip");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_thousand_users_get_the_same_lists_to_the_last_digit_from_either_store()
    {
        var database = postgres.Borrow();
        try
        {
            IReadOnlyList<string> expected;
            await using (var server = await ServerProcess.StartAsync(FolderOf("first"), Quiet))
            {
                await FillAsync(server);
                await ExportAsync(server);
                expected = await AnswersAsync(server);
            }

            await StoreArchives.RestoreAsync(new StorePlace(FolderOf("cache"), database), Archive, new Progress<ArchiveProgress>(), Token);
            await using (var shared = await ServerProcess.StartAsync(
                FolderOf("second"), Quiet, "--Storage:Provider=postgres", $"--Storage:ConnectionString={database}"))
            {
                Assert.Equal(expected, await AnswersAsync(shared));
                File.Delete(Archive);
                await ExportAsync(shared);
            }

            await StoreArchives.RestoreAsync(new StorePlace(Path.Combine(FolderOf("third"), "data")), Archive, new Progress<ArchiveProgress>(), Token);
            await using var back = await ServerProcess.StartAsync(FolderOf("third"), Quiet);
            Assert.Equal(expected, await AnswersAsync(back));
        }
        finally
        {
            postgres.Return(database);
        }
    }

    [Fact]
    public async Task Empty_server_takes_an_archive_and_serves_what_is_in_it_and_a_full_one_does_not()
    {
        await using var first = await ServerProcess.StartAsync(FolderOf("first"), Quiet);
        await FillAsync(first);
        await ExportAsync(first);
        var bytes = await File.ReadAllBytesAsync(Archive, Token);
        var refused = await Assert.ThrowsAsync<RpcException>(() => RestoreAsync(first, bytes));
        Assert.Equal(StatusCode.FailedPrecondition, refused.StatusCode);

        var port = OnlineCF.Server.Hosting.FreePorts.Find(1)[0];
        await using var second = await ServerProcess.StartAsync(FolderOf("second"), Quiet, $"--Server:GrpcPort={port}");
        var damaged = await Assert.ThrowsAsync<RpcException>(() => RestoreAsync(second, bytes[..^1000]));
        Assert.Equal(StatusCode.InvalidArgument, damaged.StatusCode);
        bytes[bytes.Length / 2] ^= 1;
        damaged = await Assert.ThrowsAsync<RpcException>(() => RestoreAsync(second, bytes));
        Assert.Equal(StatusCode.InvalidArgument, damaged.StatusCode);
        bytes[bytes.Length / 2] ^= 1;

        var answer = await RestoreAsync(second, bytes);
        Assert.Equal(1, answer.ServingVersion);
        await second.WaitUntilServesAgainAsync();
        Assert.Equal(await AnswersAsync(first), await AnswersAsync(second));
        Assert.Empty(Directory.GetFiles(Path.Combine(FolderOf("second"), "data", "archives")));
    }

    private static async Task<RestoreStoreResponse> RestoreAsync(ServerProcess server, byte[] archive)
    {
        using var call = server.Store.RestoreStore(cancellationToken: Token);
        foreach (var chunk in archive.Chunk(100_000))
        {
            try
            {
                await call.RequestStream.WriteAsync(new RestoreStoreRequest { Chunk = ByteString.CopyFrom(chunk) }, Token);
            }
            catch (RpcException)
            {
                // The answer says why.
                break;
            }
        }

        await call.RequestStream.CompleteAsync();
        return await call.ResponseAsync;
    }

    // Ratings that were changed and deleted, a user erased, a movie hidden, one dismissed, and a model.
    private static async Task FillAsync(ServerProcess server)
    {
        using (var movies = server.Catalogue.UpsertMovies(cancellationToken: Token))
        {
            await movies.RequestStream.WriteAsync(new UpsertMoviesRequest
            {
                Movies = { Enumerable.Range(1, Movies).Select(id => new Movie { MovieId = id, Title = $"Movie {id}", Year = 1950 + (id % 70), Genres = { id % 2 == 0 ? "Drama" : "Comedy" }, Hidden = id == 13 }) },
            });
            await movies.RequestStream.CompleteAsync();
            await movies.ResponseAsync;
        }

        var random = new Random(17);
        var ratings = Enumerable.Range(0, Users * 12).Select(i =>
        {
            // A taste that can be learnt: odd users like odd movies.
            var movie = 1 + (long)(Movies * Math.Pow(random.NextDouble(), 2));
            return new Rating
            {
                UserId = 1 + (i % Users),
                MovieId = movie,
                Value = (i % 2 == movie % 2 ? 0.5f : 3.5f) + (random.Next(0, 4) / 2f),
                RatedAt = new Timestamp { Seconds = 1_500_000_000 + (i * 60L), Nanos = 123_456_000 },
            };
        });
        Assert.Equal(Users * 12, await server.StreamAsync(ratings, batchSize: 500));
        await server.Ratings.EraseUserAsync(new EraseUserRequest { UserId = 5 }, cancellationToken: Token);
        await server.Ratings.DismissMovieAsync(new DismissMovieRequest { UserId = 6, MovieId = 1 }, cancellationToken: Token);
        var rated = await server.ListAsync(7);
        await server.Ratings.DeleteRatingAsync(new DeleteRatingRequest { UserId = 7, MovieId = rated[0].MovieId }, cancellationToken: Token);
        using var watch = server.Training.WatchTraining(new WatchTrainingRequest(), cancellationToken: Token);
        await server.Training.StartTrainingAsync(new StartTrainingRequest(), cancellationToken: Token);
        while (watch.ResponseStream.Current?.Finished is null)
        {
            Assert.True(await watch.ResponseStream.MoveNext(Token));
        }

        Assert.Equal(1, watch.ResponseStream.Current.Finished.Version);
    }

    private static async Task<IReadOnlyList<string>> AnswersAsync(ServerProcess server)
    {
        var answers = new List<string>();
        for (var user = 1; user <= Users; user++)
        {
            var list = await server.Recommendations.RecommendAsync(
                new RecommendRequest { UserId = user, Count = 20, Explain = user % 50 == 0, AsOf = Moment }, cancellationToken: Token);
            answers.Add(list.ToString());
        }

        answers.Add((await server.Recommendations.PopularMoviesAsync(new PopularMoviesRequest { Count = 100 }, cancellationToken: Token)).ToString());
        for (var movie = 1; movie <= Movies; movie++)
        {
            answers.Add((await server.Catalogue.GetMovieAsync(new GetMovieRequest { MovieId = movie }, cancellationToken: Token)).ToString());
        }

        answers.Add(string.Join(';', (await server.Training.ListModelsAsync(new ListModelsRequest(), cancellationToken: Token)).Models.Select(model => $"{model.Version} {model.Serving} {model.Checksum}")));
        answers.AddRange((await server.ListAsync(7)).Concat(await server.ListAsync(5)).Select(rating => rating.ToString()));
        return answers;
    }

    private async Task ExportAsync(ServerProcess server)
    {
        using var call = server.Store.ExportStore(new ExportStoreRequest(), cancellationToken: Token);
        await using var file = File.Create(Archive);
        await foreach (var answer in call.ResponseStream.ReadAllAsync(Token))
        {
            await file.WriteAsync(answer.Chunk.Memory, Token);
        }
    }

    private string FolderOf(string name) => Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
}
