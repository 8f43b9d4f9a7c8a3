using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OnlineCF.Core.Access;
using OnlineCF.Server.Access;
using OnlineCF.Server.Settings;

namespace OnlineCF.Server.Tests.Access;

/// <summary>Two silos on one store of keys.</summary>
public sealed class KeyTableTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
    private readonly MemoryKeys _store = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_made_elsewhere_is_so_here_at_once_and_what_is_revoked_at_the_next_look()
    {
        using var here = Table();
        var (admin, _) = KeyText.Create(AccessRole.Admin, _time.GetUtcNow(), null);
        await _store.AddAsync(admin, Cancellation);
        await here.StartAsync(Cancellation);

        var (key, text) = KeyText.Create(AccessRole.Reader, _time.GetUtcNow(), null);
        await _store.AddAsync(key, Cancellation);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(key.KeyId, (await here.FindAsync(text, Cancellation))?.KeyId);

        await _store.RevokeAsync(key.KeyId, _time.GetUtcNow(), Cancellation);
        await here.RefreshAsync(Cancellation);
        Assert.Null(await here.FindAsync(text, Cancellation));
        await here.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Key_is_taken_until_it_expires()
    {
        using var here = Table();
        var (key, text) = KeyText.Create(AccessRole.Reader, _time.GetUtcNow(), _time.GetUtcNow().AddHours(1));
        await _store.AddAsync(key, Cancellation);
        await here.RefreshAsync(Cancellation);

        _time.Advance(TimeSpan.FromMinutes(59));
        Assert.NotNull(await here.FindAsync(text, Cancellation));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await here.FindAsync(text, Cancellation));
    }

    [Fact]
    public async Task Made_up_keys_make_the_store_be_read_twice_a_second_at_most()
    {
        using var here = Table();
        await _store.AddAsync(KeyText.Create(AccessRole.Admin, _time.GetUtcNow(), null).Key, Cancellation);
        await here.StartAsync(Cancellation);
        var before = _store.Reads;

        for (var i = 0; i < 1000; i++)
        {
            Assert.Null(await here.FindAsync(KeyText.Create(AccessRole.Admin, _time.GetUtcNow(), null).Text, Cancellation));
        }

        Assert.InRange(_store.Reads - before, 0, 1);
        await here.StopAsync(Cancellation);
    }

    [Fact]
    public void Key_of_the_same_id_with_another_secret_is_none()
    {
        var (key, text) = KeyText.Create(AccessRole.Admin, _time.GetUtcNow(), null);

        Assert.True(KeyText.TrySplit(text, out var id, out var secret));
        Assert.Equal(key.KeyId, id);
        Assert.True(KeyText.IsOf(key, secret));
        Assert.False(KeyText.IsOf(key, secret[..^1]));
        Assert.False(KeyText.IsOf(key, KeyText.Create(AccessRole.Admin, _time.GetUtcNow(), null).Text[^43..]));
    }

    private KeyTable Table() => new(
        _store, new AccessOptions { Keys = true }, new StorageOptions { Path = Path.GetTempPath() }, _time, NullLogger<KeyTable>.Instance);

    private sealed class MemoryKeys : IKeyStore
    {
        private readonly Lock _lock = new();
        private readonly List<AccessKey> _keys = [];

        public int Reads { get; private set; }

        public ValueTask AddAsync(AccessKey key, CancellationToken cancellationToken)
        {
            _keys.Add(key);
            return ValueTask.CompletedTask;
        }

        public ValueTask<IReadOnlyList<AccessKey>> ListAsync(CancellationToken cancellationToken)
        {
            lock (_lock)
            {
                Reads++;
                return new([.. _keys]);
            }
        }

        public ValueTask<bool> RevokeAsync(string keyId, DateTimeOffset revokedAt, CancellationToken cancellationToken)
        {
            var place = _keys.FindIndex(key => key.KeyId == keyId);
            _keys[place] = _keys[place] with { RevokedAt = revokedAt };
            return new(true);
        }
    }
}
