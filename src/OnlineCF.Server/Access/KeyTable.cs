using System.Collections.Concurrent;
using System.Collections.Frozen;
using OnlineCF.Core;
using OnlineCF.Core.Access;
using OnlineCF.Server.Settings;

namespace OnlineCF.Server.Access;

/// <summary>
/// The keys as this silo knows them: read again every two seconds, and within half a second for one that it does not know,
/// so that a key made or revoked elsewhere is so here within five. While the store is away what is known goes on.
/// </summary>
public sealed partial class KeyTable(
    IKeyStore store, AccessOptions options, StorageOptions storage, TimeProvider time, ILogger<KeyTable> logger) : BackgroundService
{
    private const int MaxWaiting = 100;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(500);

    private readonly PeriodicTimer _timer = new(Period, time);
    private readonly SemaphoreSlim _reading = new(1);
    private readonly ConcurrentDictionary<KeyUse, Caller> _uses = [];
    private FrozenDictionary<string, AccessKey> _keys = FrozenDictionary<string, AccessKey>.Empty;
    private long _readAt;
    private int _waiting;

    /// <summary>The good key that a text is, or null.</summary>
    public async ValueTask<AccessKey?> FindAsync(string text, CancellationToken cancellationToken)
    {
        if (!KeyText.TrySplit(text, out var id, out var secret))
        {
            return null;
        }

        var key = Volatile.Read(ref _keys).GetValueOrDefault(id) ?? await LookAgainAsync(id, cancellationToken);
        return key is not null && KeyText.IsOf(key, secret) && key.IsGood(time.GetUtcNow()) ? key : null;
    }

    /// <summary>A call that lasts; its token is cancelled when what the caller came with is good no longer.</summary>
    public KeyUse Use(Caller caller, CancellationToken cancellationToken)
    {
        var use = new KeyUse(ended => _uses.TryRemove(ended, out _), cancellationToken);
        _uses.TryAdd(use, caller);

        // It may have been revoked since it was found.
        EndIfLost(use, caller, time.GetUtcNow());
        return use;
    }

    /// <summary>Reads the keys.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    public Task RefreshAsync(CancellationToken cancellationToken) => RefreshAsync(TimeSpan.Zero, cancellationToken);

    /// <inheritdoc/>
    /// <remarks>Before calls are taken; where no administrator has a good key, one is made.</remarks>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Keys)
        {
            await RefreshAsync(cancellationToken);
            if (!_keys.Values.Any(key => key.Role == AccessRole.Admin && key.IsGood(time.GetUtcNow())))
            {
                await MakeFirstAsync(cancellationToken);
            }
        }

        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _timer.Dispose();
        _reading.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (options.IsOn && await _timer.WaitForNextTickAsync(stoppingToken))
        {
            if (!options.Keys)
            {
                EndLost();
                continue;
            }

            try
            {
                await RefreshAsync(stoppingToken);
            }
            catch (StoreUnavailableException)
            {
                // The store says what is wrong. What has expired has done so nevertheless.
                EndLost();
            }
        }
    }

    private async Task RefreshAsync(TimeSpan leastAge, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            if (leastAge == TimeSpan.Zero || time.GetElapsedTime(_readAt) >= leastAge)
            {
                Volatile.Write(ref _readAt, time.GetTimestamp());
                var keys = await store.ListAsync(cancellationToken);
                Volatile.Write(ref _keys, keys.ToFrozenDictionary(key => key.KeyId));
                EndLost();
            }
        }
        finally
        {
            _reading.Release();
        }
    }

    private void EndLost()
    {
        var now = time.GetUtcNow();
        foreach (var (use, caller) in _uses)
        {
            EndIfLost(use, caller, now);
        }
    }

    private void EndIfLost(KeyUse use, Caller caller, DateTimeOffset now)
    {
        if (caller.ExpiresAt <= now
            || (caller.Key is { } key && Volatile.Read(ref _keys).GetValueOrDefault(key.KeyId)?.IsGood(now) != true))
        {
            use.End();
        }
    }

    // Whoever makes up keys makes the store be read twice a second, no oftener, and a hundred calls wait, no more.
    private async ValueTask<AccessKey?> LookAgainAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            if (Interlocked.Increment(ref _waiting) <= MaxWaiting)
            {
                var pause = LeastPause - time.GetElapsedTime(Volatile.Read(ref _readAt));
                if (pause > TimeSpan.Zero)
                {
                    await Task.Delay(pause, time, cancellationToken);
                }

                await RefreshAsync(LeastPause, cancellationToken);
            }
        }
        catch (StoreUnavailableException)
        {
            return null;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        return Volatile.Read(ref _keys).GetValueOrDefault(id);
    }

    private async Task MakeFirstAsync(CancellationToken cancellationToken)
    {
        var (key, text) = KeyText.Create(AccessRole.Admin, time.GetUtcNow(), expiresAt: null);
        Directory.CreateDirectory(storage.Path);
        var file = Path.GetFullPath(Path.Combine(storage.Path, "admin.key"));
        var draft = $"{file}.{key.KeyId}";
        var create = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            create.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        // The file before the key: one that nobody can read would be of no use. Its name when the key counts: a silo that
        // was faster may have put its key there.
        await using (var writer = new StreamWriter(draft, create))
        {
            await writer.WriteLineAsync(text.AsMemory(), cancellationToken);
        }

        if (await store.TryAddFirstAdminAsync(key, time.GetUtcNow(), cancellationToken))
        {
            File.Move(draft, file, overwrite: true);
            LogFirst(file);
        }
        else
        {
            File.Delete(draft);
        }

        await RefreshAsync(cancellationToken);
    }

    [LoggerMessage(EventId = 4080, Level = LogLevel.Warning,
        Message = "No administrator had a key: one is in {File}. Make keys for everybody with 'onlinecf keys create', then delete the file.")]
    private partial void LogFirst(string file);
}
