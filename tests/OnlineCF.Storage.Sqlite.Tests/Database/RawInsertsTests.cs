using OnlineCF.Storage.Sqlite.Database;
using OnlineCF.Storage.Tests.Contracts;

namespace OnlineCF.Storage.Sqlite.Tests.Database;

public sealed class RawInsertsTests
{
    [Fact]
    public void Rows_are_in_the_file_in_whole_commits()
    {
        using var folder = new TestFolder();

        Assert.True(RawInserts.PerSecond(folder.Path, 7, TimeSpan.Zero, TimeProvider.System) > 0);

        using var session = SqliteSession.Open(folder.File("ceiling.db"), create: false, "PRAGMA query_only = ON");
        Assert.Equal(7, session.ReadInt64("SELECT count(*) FROM rows"));
    }
}
