using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OnlineCF.Core;
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

        for (var second = 1; second <= 2; second++)
        {
            var asked = Enumerable.Range(0, 1000)
                .Select(_ => here.FindAsync(KeyText.Create(AccessRole.Admin, _time.GetUtcNow(), null).Text, Cancellation).AsTask()).ToArray();
            Assert.InRange(asked.Count(task => !task.IsCompleted), 1, 100);
            _time.Advance(TimeSpan.FromMilliseconds(500));
            Assert.All(await Task.WhenAll(asked), Assert.Null);
            Assert.Equal(second, _store.Reads - before);
        }

        _store.IsAway = true;
        _time.Advance(TimeSpan.FromMilliseconds(600));
        before = _store.Reads;
        var inVain = Enumerable.Range(0, 50)
            .Select(_ => here.FindAsync(KeyText.Create(AccessRole.Admin, _time.GetUtcNow(), null).Text, Cancellation).AsTask()).ToArray();
        Assert.Equal(1, _store.Reads - before);
        _time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.All(await Task.WhenAll(inVain), Assert.Null);
        Assert.Equal(2, _store.Reads - before);
        await here.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Revoked_elsewhere_is_revoked_here_by_itself_and_ends_what_lasts()
    {
        using var here = Table();
        var (key, text) = KeyText.Create(AccessRole.Admin, _time.GetUtcNow(), null);
        await _store.AddAsync(key, Cancellation);
        await here.StartAsync(Cancellation);
        using var use = here.Use(Caller.Of((await here.FindAsync(text, Cancellation))!), Cancellation);
        var ended = new TaskCompletionSource();
        await using var registration = use.Token.Register(ended.SetResult);

        await _store.RevokeAsync(key.KeyId, _time.GetUtcNow(), Cancellation);
        Assert.False(use.IsLost);
        _time.Advance(TimeSpan.FromSeconds(2));
        await ended.Task.WaitAsync(Cancellation);

        Assert.True(use.IsLost);
        Assert.Null(await here.FindAsync(text, Cancellation));
        using var late = here.Use(Caller.Of(key), Cancellation);
        Assert.True(late.IsLost);
        await here.StopAsync(Cancellation);
    }

    [Fact]
    public async Task What_lasts_ends_with_its_key_though_the_store_is_away()
    {
        using var here = Table();
        var (key, _) = KeyText.Create(AccessRole.Admin, _time.GetUtcNow(), _time.GetUtcNow().AddMinutes(1));
        await _store.AddAsync(key, Cancellation);
        await here.StartAsync(Cancellation);
        using var use = here.Use(Caller.Of(key), Cancellation);
        var ended = new TaskCompletionSource();
        await using var registration = use.Token.Register(ended.SetResult);

        _store.IsAway = true;
        _time.Advance(TimeSpan.FromMinutes(1));
        await ended.Task.WaitAsync(Cancellation);

        Assert.True(use.IsLost);
        await here.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Of_two_silos_that_start_at_once_one_makes_the_first_key()
    {
        using var folders = new TwoFolders();
        using var here = Table(folders.Here);
        using var there = Table(folders.There);

        await Task.WhenAll(here.StartAsync(Cancellation), there.StartAsync(Cancellation));

        var key = Assert.Single(await _store.ListAsync(Cancellation));
        var file = Assert.Single(folders.Files);
        Assert.Equal("admin.key", Path.GetFileName(file));
        var text = (await File.ReadAllTextAsync(file, Cancellation)).Trim();
        Assert.Equal(key.KeyId, (await here.FindAsync(text, Cancellation))?.KeyId);
        Assert.Equal(key.KeyId, (await there.FindAsync(text, Cancellation))?.KeyId);
        await here.StopAsync(Cancellation);
        await there.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Where_no_administrator_has_a_good_key_the_next_start_makes_one()
    {
        using var folders = new TwoFolders();
        var (admin, _) = KeyText.Create(AccessRole.Admin, _time.GetUtcNow(), null);
        await _store.AddAsync(admin, Cancellation);
        await _store.AddAsync(KeyText.Create(AccessRole.Reader, _time.GetUtcNow(), null).Key, Cancellation);
        await _store.RevokeAsync(admin.KeyId, _time.GetUtcNow(), Cancellation);
        using var here = Table(folders.Here);

        await here.StartAsync(Cancellation);

        var text = (await File.ReadAllTextAsync(Assert.Single(folders.Files), Cancellation)).Trim();
        Assert.Equal(AccessRole.Admin, (await here.FindAsync(text, Cancellation))?.Role);
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

    private KeyTable Table(string? folder = null) => new(
        _store, new AccessOptions { Keys = true }, new StorageOptions { Path = folder ?? Path.GetTempPath() }, _time,
        NullLogger<KeyTable>.Instance);

    private sealed class TwoFolders : IDisposable
    {
        private readonly string _root = Directory.CreateTempSubdirectory("onlinecf-keys-").FullName;

        public string Here => Path.Combine(_root, "here");

        public string There => Path.Combine(_root, "there");

        public string[] Files => Directory.GetFiles(_root, "*", SearchOption.AllDirectories);

        public void Dispose() => Directory.Delete(_root, recursive: true);
    }

    private sealed class MemoryKeys : IKeyStore
    {
        private readonly Lock _lock = new();
        private readonly List<AccessKey> _keys = [];

        public int Reads { get; private set; }

        public bool IsAway { get; set; }

        public ValueTask AddAsync(AccessKey key, CancellationToken cancellationToken)
        {
            lock (_lock)
            {
                _keys.Add(key);
            }

            return ValueTask.CompletedTask;
        }

        public ValueTask<bool> TryAddFirstAdminAsync(AccessKey key, DateTimeOffset now, CancellationToken cancellationToken)
        {
            lock (_lock)
            {
                var isFirst = !_keys.Exists(other => other.Role == AccessRole.Admin && other.IsGood(now));
                if (isFirst)
                {
                    _keys.Add(key);
                }

                return new(isFirst);
            }
        }

        public ValueTask<IReadOnlyList<AccessKey>> ListAsync(CancellationToken cancellationToken)
        {
            lock (_lock)
            {
                Reads++;
                return IsAway ? throw new StoreUnavailableException("away") : new([.. _keys]);
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
