using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace OnlineCF.Grains.Tests.Cluster;

/// <summary>Keeps what was said.</summary>
internal sealed class RecordingLogger<T>(LogLevel least = LogLevel.Information) : ILogger<T>
{
    private readonly ConcurrentQueue<string> _lines = new();

    /// <summary>What was said, oldest first, without the exceptions' texts.</summary>
    public string[] Lines => [.. _lines];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= least;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            _lines.Enqueue(formatter(state, exception));
        }
    }
}
