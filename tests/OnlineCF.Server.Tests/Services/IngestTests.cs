using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using OnlineCF.Protocol.V1;
using OnlineCF.Storage.Sqlite;

namespace OnlineCF.Server.Tests.Services;

/// <summary>How a stream's batches come into the log.</summary>
public sealed class IngestTests(TestServerFixture fixture) : IClassFixture<TestServerFixture>
{
    private const int Users = 1000;
    private const int MostCommits = 3;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Batch_of_a_thousand_users_takes_a_few_commits()
    {
        var store = fixture.Server.Server.Services.GetRequiredService<SqliteStore>();
        using var call = fixture.Server.Ratings.StreamRatings(cancellationToken: Token);
        var fewest = long.MaxValue;

        // Checkpoints of the statistics are commits too, and a machine with other work lets some callers come late.
        for (var movieId = 1; fewest > MostCommits && movieId <= 40; movieId++)
        {
            var before = store.Commits;
            await call.RequestStream.WriteAsync(Batch(movieId, firstUser: 1), Token);
            Assert.True(await call.ResponseStream.MoveNext(Token));
            Assert.Equal(Users, call.ResponseStream.Current.Accepted);
            fewest = Math.Min(fewest, store.Commits - before);
        }

        Assert.InRange(fewest, 1, MostCommits);
    }

    [Fact]
    public async Task Batches_under_way_are_answered_in_their_order_and_later_ones_count()
    {
        using var call = fixture.Server.Ratings.StreamRatings(cancellationToken: Token);
        for (var i = 0; i < 40; i++)
        {
            var batch = new StreamRatingsRequest { BatchId = $"{i}" };
            batch.Ratings.Add(Enumerable.Range(1, 250).Select(user => new Rating
            {
                UserId = 100_000 + user,
                MovieId = 1,
                Value = 1 + (i % 8 / 2f),
                RatedAt = new() { Seconds = 1000 + i },
            }));
            await call.RequestStream.WriteAsync(batch, Token);
        }

        await call.RequestStream.CompleteAsync();
        var answers = await call.ResponseStream.ReadAllAsync(Token).ToListAsync(Token);
        Assert.Equal(Enumerable.Range(0, 40).Select(i => $"{i}"), answers.Select(answer => answer.BatchId));
        Assert.All(answers, answer => Assert.Equal(250, answer.Accepted));
        Assert.Equal(answers.Select(answer => answer.Sequence).Order(), answers.Select(answer => answer.Sequence));
        var list = await fixture.Server.Ratings.ListRatingsAsync(new() { UserId = 100_001 }, cancellationToken: Token);
        Assert.Equal(1039, Assert.Single(list.Ratings).RatedAt.Seconds);
    }

    private static StreamRatingsRequest Batch(long movieId, long firstUser)
    {
        var batch = new StreamRatingsRequest { BatchId = $"{movieId}" };
        batch.Ratings.Add(Enumerable.Range(0, Users).Select(i => new Rating
        {
            UserId = firstUser + i,
            MovieId = movieId,
            Value = 4,
        }));
        return batch;
    }
}
