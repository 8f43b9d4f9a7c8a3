using OnlineCF.Core.Access;

namespace OnlineCF.Storage.Tests.Contracts;

/// <summary>What every store of keys must do.</summary>
public abstract class KeyStoreContract
{
    private static readonly DateTimeOffset Day = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    protected abstract IKeyStore Keys { get; }

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Closes the store and opens it again.</summary>
    protected abstract void Reopen();

    [Fact]
    public async Task Keys_outlive_the_process_the_oldest_first()
    {
        Assert.Empty(await Keys.ListAsync(Token));
        await Keys.AddAsync(Key("b", AccessRole.Admin, Day.AddMicroseconds(1)) with { ExpiresAt = Day.AddDays(1) }, Token);
        await Keys.AddAsync(Key("a", AccessRole.Reader, Day), Token);

        Reopen();

        var keys = await Keys.ListAsync(Token);
        Assert.Equal(["a", "b"], keys.Select(key => key.KeyId));
        Assert.Equal((AccessRole.Reader, Day, null, null), (keys[0].Role, keys[0].CreatedAt, keys[0].ExpiresAt, keys[0].RevokedAt));
        Assert.Equal((AccessRole.Admin, Day.AddDays(1)), (keys[1].Role, keys[1].ExpiresAt));
        Assert.Equal([1, 2, 3], keys[0].Salt.ToArray());
        Assert.Equal([0, 255], keys[0].Hash.ToArray());
    }

    [Fact]
    public async Task Revoked_key_stays_in_the_list_and_keeps_its_first_time()
    {
        await Keys.AddAsync(Key("a", AccessRole.Writer, Day), Token);

        Assert.True(await Keys.RevokeAsync("a", Day.AddHours(1), Token));
        Assert.True(await Keys.RevokeAsync("a", Day.AddHours(2), Token));
        Assert.False(await Keys.RevokeAsync("b", Day, Token));

        Reopen();
        var key = Assert.Single(await Keys.ListAsync(Token));
        Assert.Equal(Day.AddHours(1), key.RevokedAt);
        Assert.False(key.IsGood(Day));
    }

    [Fact]
    public async Task First_key_of_an_administrator_is_added_where_none_is_good()
    {
        await Keys.AddAsync(Key("writer", AccessRole.Writer, Day), Token);
        await Keys.AddAsync(Key("revoked", AccessRole.Admin, Day), Token);
        await Keys.RevokeAsync("revoked", Day, Token);
        await Keys.AddAsync(Key("expired", AccessRole.Admin, Day) with { ExpiresAt = Day.AddHours(1) }, Token);

        Assert.False(await Keys.TryAddFirstAdminAsync(Key("early", AccessRole.Admin, Day), Day.AddMinutes(59), Token));
        var added = await Task.WhenAll(Enumerable.Range(0, 8).Select(silo =>
            Keys.TryAddFirstAdminAsync(Key($"first {silo}", AccessRole.Admin, Day), Day.AddHours(1), Token).AsTask()));

        Assert.Single(added, isAdded => isAdded);
        Assert.Single(await Keys.ListAsync(Token), key => key.KeyId.StartsWith("first", StringComparison.Ordinal));
    }

    [Fact]
    public void Key_is_good_until_it_expires()
    {
        var key = Key("a", AccessRole.Reader, Day) with { ExpiresAt = Day.AddHours(1) };

        Assert.True(key.IsGood(Day.AddMinutes(59)));
        Assert.False(key.IsGood(Day.AddHours(1)));
        Assert.True((key with { ExpiresAt = null }).IsGood(Day.AddYears(100)));
    }

    private static AccessKey Key(string id, AccessRole role, DateTimeOffset createdAt) =>
        new(id, role, new byte[] { 1, 2, 3 }, new byte[] { 0, 255 }, createdAt, null, null);
}
