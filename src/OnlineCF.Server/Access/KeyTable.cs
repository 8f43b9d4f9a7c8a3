using System.Collections.Frozen;
using OnlineCF.Core;
using OnlineCF.Core.Access;
using OnlineCF.Server.Settings;

namespace OnlineCF.Server.Access;

/// <summary>
/// The keys as this silo knows them: read again every two seconds, and at once for one that it does not know, so that a
/// key made or revoked elsewhere is so here within five. While the store is away what is known goes on.
/// </summary>
public sealed partial class KeyTable(
    IKeyStore store, AccessOptions options, StorageOptions storage, TimeProvider time, ILogger<KeyTable> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(500);

    private readonly SemaphoreSlim _reading = new(1);
    private FrozenDictionary<string, AccessKey> _keys = FrozenDictionary<string, AccessKey>.Empty;
    private long _readAt;

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

    /// <summary>Reads the keys.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            var keys = await store.ListAsync(cancellationToken);
            Volatile.Write(ref _keys, keys.ToFrozenDictionary(key => key.KeyId));
            Volatile.Write(ref _readAt, time.GetTimestamp());
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <inheritdoc/>
    /// <remarks>Before calls are taken; where nobody has a key, one for an administrator is made.</remarks>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Keys)
        {
            await RefreshAsync(cancellationToken);
            if (_keys.Count == 0)
            {
                await MakeFirstAsync(cancellationToken);
            }
        }

        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _reading.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (options.Keys && await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RefreshAsync(stoppingToken);
            }
            catch (StoreUnavailableException)
            {
                // The store says what is wrong.
            }
        }
    }

    // Whoever makes up keys makes the store be read twice a second, no oftener.
    private async ValueTask<AccessKey?> LookAgainAsync(string id, CancellationToken cancellationToken)
    {
        if (time.GetElapsedTime(Volatile.Read(ref _readAt)) < LeastPause)
        {
            return null;
        }

        try
        {
            await RefreshAsync(cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            return null;
        }

        return Volatile.Read(ref _keys).GetValueOrDefault(id);
    }

    private async Task MakeFirstAsync(CancellationToken cancellationToken)
    {
        var (key, text) = KeyText.Create(AccessRole.Admin, time.GetUtcNow(), expiresAt: null);
        Directory.CreateDirectory(storage.Path);
        var file = Path.GetFullPath(Path.Combine(storage.Path, "admin.key"));
        var create = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            create.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        // The file before the key: one that nobody can read would be of no use. An old file may be anybody's to read.
        File.Delete(file);
        await using (var writer = new StreamWriter(file, create))
        {
            await writer.WriteLineAsync(text.AsMemory(), cancellationToken);
        }

        await store.AddAsync(key, cancellationToken);
        await RefreshAsync(cancellationToken);
        LogFirst(file);
    }

    [LoggerMessage(EventId = 4080, Level = LogLevel.Warning,
        Message = "There was no key yet: one for an administrator is in {File}. Make keys for everybody with 'onlinecf keys create', then delete the file.")]
    private partial void LogFirst(string file);
}
