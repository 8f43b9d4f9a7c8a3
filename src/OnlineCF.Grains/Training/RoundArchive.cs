using Microsoft.Extensions.Logging;
using OnlineCF.Core.Models;
using OnlineCF.Grains.Replicas;

namespace OnlineCF.Grains.Training;

/// <summary>
/// Hands records of rounds that published nothing to the model store, and keeps those that it could not take, as when
/// its disk is full, until it can. Writes on the caller's thread, which must be one of its own.
/// </summary>
public sealed partial class RoundArchive(IModelStore store, ILogger<RoundArchive> logger)
{
    // Rounds that fail for want of room come minutes apart.
    private const int MostWaiting = 100;

    private readonly Queue<RoundRecord> _waiting = new();
    private readonly Outage _outage = new();
    private volatile bool _hasWaiting;

    /// <summary>Whether a record waits to be taken.</summary>
    public bool HasWaiting => _hasWaiting;

    /// <summary>Records a round, after those that wait.</summary>
    public void Add(RoundRecord record)
    {
        if (_waiting.Count == MostWaiting)
        {
            _waiting.Dequeue();
        }

        _waiting.Enqueue(record);
        TryWrite();
    }

    /// <summary>Tries again with the records that wait.</summary>
    public void TryWrite()
    {
        try
        {
            while (_waiting.TryPeek(out var record))
            {
                store.RecordRoundAsync(record, CancellationToken.None).AsTask().GetAwaiter().GetResult();
                _waiting.Dequeue();
            }

            if (_outage.IsOver())
            {
                LogRecorded();
            }
        }
        catch (Exception exception)
        {
            if (_outage.IsNews(exception))
            {
                LogUnrecorded(exception);
            }
        }

        _hasWaiting = _waiting.Count > 0;
    }

    [LoggerMessage(EventId = 3075, Level = LogLevel.Warning,
        Message = "What became of a training round cannot be recorded; it will be when the model store takes it.")]
    private partial void LogUnrecorded(Exception exception);

    [LoggerMessage(EventId = 3076, Level = LogLevel.Information, Message = "What became of the training rounds is recorded.")]
    private partial void LogRecorded();
}
