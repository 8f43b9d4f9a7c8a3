using OnlineCF.Core.Ratings;
using OnlineCF.Storage.Sqlite.Ratings;
using OnlineCF.Storage.Tests.Contracts;

namespace OnlineCF.Storage.Sqlite.Tests.Ratings;

public sealed class ErasureTests
{
    private static readonly byte[] Mark = [0x5A, 0xC3, 0x71];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 262_144)]
    [InlineData(2, 50)]
    [InlineData(3, 1000)]
    public async Task Erased_values_are_in_no_file_any_more(int seed, int stretch)
    {
        using var folder = new TestFolder();
        using var store = SqliteStore.Open(folder.Path, new SqliteStoreOptions { IndexingStretch = stretch });
        var log = new SqliteRatingLog(store);

        // Erasing in any order moves rows of others between pages; no copy may stay behind.
        var random = new Random(seed);
        var users = Enumerable.Range(1, 40).Select(i => (long)i).ToArray();
        for (var call = 0; call < 400; call++)
        {
            var user = users[random.Next(users.Length)];
            var changes = Enumerable.Range(0, random.Next(1, 20)).Select(i =>
                RatingChange.Rated(new Rating(user, random.Next(1, 500), 4f, MicrosOf(user, random.Next(1 << 16))))).ToArray();
            await log.AppendAsync(changes, Token);
        }

        random.Shuffle(users);
        foreach (var (user, erased) in users.Select((user, i) => (user, i + 1)))
        {
            await log.EraseUserAsync(user, Token);
            if (erased % 5 == 0)
            {
                Assert.Equal([], UsersInFiles(folder).Intersect(users.Take(erased)));
                Assert.Superset(users.Skip(erased).ToHashSet(), UsersInFiles(folder));
                await log.ForgetErasedAsync(log.KnownSequence - random.Next(100), Token);
            }
        }
    }

    // Six bytes, the first four of which occur nowhere else.
    private static long MicrosOf(long user, int noise) => 0x5A_C3_71_00_00_00 | (user << 16) | (long)noise;

    private static HashSet<long> UsersInFiles(TestFolder folder)
    {
        var users = new HashSet<long>();
        foreach (var file in Directory.EnumerateFiles(folder.Path, "onlinecf.db*"))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            for (var i = bytes.AsSpan().IndexOf(Mark); i >= 0 && i + 6 <= bytes.Length;)
            {
                users.Add(bytes[i + 3]);
                var next = bytes.AsSpan(i + 1).IndexOf(Mark);
                i = next < 0 ? -1 : i + 1 + next;
            }
        }

        return users;
    }
}
