using Microsoft.Extensions.DependencyInjection;
using OnlineCF.Grains.Recommending;
using OnlineCF.Grains.Replicas;
using OnlineCF.Protocol.V1;
using OnlineCF.Server.Errors;
using OnlineCF.Server.Services;

namespace OnlineCF.Server.Tests.Services;

public sealed class SharedServicesTests : IAsyncLifetime
{
    private const int Movies = 10;

    private TestServer _server = null!;

    public static TheoryData<Type> MadeOnce =>
    [
        typeof(ErrorInterceptor), typeof(RatingGrpcService), typeof(RecommendationGrpcService),
        typeof(CatalogGrpcService), typeof(TrainingGrpcService),
    ];

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [MemberData(nameof(MadeOnce))]
    public void What_answers_requests_is_made_once_and_not_for_each(Type type)
    {
        using var first = _server.Server.Services.CreateScope();
        using var second = _server.Server.Services.CreateScope();

        Assert.Same(first.ServiceProvider.GetRequiredService(type), second.ServiceProvider.GetRequiredService(type));
    }

    [Fact]
    public async Task List_of_ten_becomes_a_message_that_shares_its_movies()
    {
        using var upload = _server.Catalog.UpsertMovies(cancellationToken: TestContext.Current.CancellationToken);
        await upload.RequestStream.WriteAsync(
            new UpsertMoviesRequest
            {
                Movies = { Enumerable.Range(1, Movies).Select(id => new Movie { MovieId = id, Title = $"Movie {id}", Genres = { "Drama" } }) },
            },
            TestContext.Current.CancellationToken);
        await upload.RequestStream.CompleteAsync();
        await upload.ResponseAsync;
        var mapping = new RecommendationMapping(_server.Server.Services.GetRequiredService<CatalogReplica>());
        var list = new RecommendationList(
            [.. Enumerable.Range(1, Movies).Select(id => new Grains.Recommending.RecommendedMovie(id, 1, 4, []))],
            Grains.Recommending.RecommendationSource.Personalized, 1);
        var first = mapping.ToProto(list);

        // The runtime allocates now and then on its own: the least of many times counts.
        var least = long.MaxValue;
        for (var time = 0; time < 50; time++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var again = mapping.ToProto(list);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.All(again.Movies.Zip(first.Movies), pair => Assert.Same(pair.First.Movie, pair.Second.Movie));
        }

        // A place and its list of reasons, the list, and one array.
        Assert.InRange(least, 1, 1500);
    }
}
