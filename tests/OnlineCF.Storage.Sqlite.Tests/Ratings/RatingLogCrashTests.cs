using OnlineCF.Storage.Sqlite.Ratings;
using OnlineCF.Storage.Tests.Contracts;

namespace OnlineCF.Storage.Sqlite.Tests.Ratings;

public sealed class RatingLogCrashTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(300)]
    [InlineData(5000)]
    public async Task Killed_writer_loses_no_acknowledged_rating(int acknowledgements)
    {
        var token = TestContext.Current.CancellationToken;
        using var folder = new TestFolder();

        var reported = await CrashChild.KillAfterAsync(CrashChild.Append, folder.Path, acknowledgements, token);

        using var store = SqliteStore.Open(folder.Path);
        var log = new SqliteRatingLog(store);
        var entries = await log.EntriesAsync(0, int.MaxValue, token);
        Assert.InRange(reported.Count, acknowledgements, int.MaxValue);
        Assert.Equal(Enumerable.Range(1, entries.Count).Select(i => (long)i), entries.Select(e => e.Sequence));
        Assert.All(reported, line =>
        {
            var (last, userId, movieId) = (line[0], line[1], line[2]);
            var call = entries.Skip((int)last - 3).Take(3);
            Assert.Equal(
                [(last - 2, userId, movieId), (last - 1, userId, movieId + 1), (last, userId, movieId + 2)],
                call.Select(e => (e.Sequence, e.UserId, e.MovieId)));
        });
        Assert.Equal(entries.Count + 1, await log.AppendAsync(
            new[] { Core.Ratings.RatingChange.Deleted(1, 1) }, token));
    }
}
