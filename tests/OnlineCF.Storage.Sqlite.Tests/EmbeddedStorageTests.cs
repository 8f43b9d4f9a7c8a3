using OnlineCF.Core.Catalogue;
using OnlineCF.Core.Ratings;
using OnlineCF.Core.Streams;
using OnlineCF.Storage.Tests.Contracts;

namespace OnlineCF.Storage.Sqlite.Tests;

public sealed class EmbeddedStorageTests
{
    [Fact]
    public async Task One_folder_holds_everything_and_opens_again()
    {
        var token = TestContext.Current.CancellationToken;
        using var folder = new TestFolder();
        using (var storage = EmbeddedStorage.Open(folder.Path))
        {
            await storage.RatingLog.AppendAsync(new[] { RatingChange.Rated(new Rating(1, 2, 3, 4)) }, token);
            await storage.Catalog.UpsertAsync([new Movie(2, "Heat", 1995, ["Crime"], Hidden: false)], token);
            await storage.Checkpoints.SaveAsync(0, new StreamCheckpoint(1, []), token);
            var term = await storage.Models.AcquireTermAsync(token);
            await storage.Models.PublishAsync(Snapshots.Create(), Snapshots.Round(1), term, token);
            Assert.Throws<StoreInUseException>(() => EmbeddedStorage.Open(folder.Path));
        }

        using var again = EmbeddedStorage.Open(folder.Path);
        Assert.Equal(1, again.RatingLog.KnownSequence);
        Assert.Equal("Heat", (await again.Catalog.FindAsync(2, token))!.Title);
        Assert.Equal(1, await again.Checkpoints.LoadSequenceAsync(0, token));
        Assert.Equal(1, await again.Models.GetServingVersionAsync(token));
    }
}
