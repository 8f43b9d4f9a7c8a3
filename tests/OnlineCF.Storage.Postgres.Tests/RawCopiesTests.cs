namespace OnlineCF.Storage.Postgres.Tests;

public sealed class RawCopiesTests(PostgresServer server)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rows_are_copied_and_leave_nothing(bool indexed)
    {
        using var test = new TestStore(server);

        Assert.True(RawCopies.PerSecond(test.Store, 7, indexed, TimeSpan.Zero, TimeProvider.System) > 0);
        Assert.True(RawCopies.PerSecond(test.Store, 7, indexed, TimeSpan.Zero, TimeProvider.System) > 0);
    }
}
