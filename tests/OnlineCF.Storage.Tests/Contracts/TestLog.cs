using Microsoft.Extensions.Logging;

namespace OnlineCF.Storage.Tests.Contracts;

/// <summary>Keeps what a store says.</summary>
internal sealed class TestLog<T> : ILogger<T>
{
    private readonly Lock _lock = new();
    private readonly List<(LogLevel Level, string Text)> _lines = [];

    /// <summary>What is wrong.</summary>
    public IReadOnlyList<string> Errors => TextsOf(LogLevel.Error);

    /// <summary>What is odd, or right again.</summary>
    public IReadOnlyList<string> Warnings => TextsOf(LogLevel.Warning);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lock)
        {
            _lines.Add((logLevel, formatter(state, exception)));
        }
    }

    private List<string> TextsOf(LogLevel level)
    {
        lock (_lock)
        {
            return [.. _lines.Where(line => line.Level == level).Select(line => line.Text)];
        }
    }
}
