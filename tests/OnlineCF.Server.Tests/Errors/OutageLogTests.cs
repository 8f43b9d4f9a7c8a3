using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using OnlineCF.Server.Errors;

namespace OnlineCF.Server.Tests.Errors;

public sealed class OutageLogTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Lines _lines = new();

    [Fact]
    public void A_thousand_requests_that_are_not_answered_in_time_are_a_line_a_minute()
    {
        var outages = new OutageLog(_time, _lines);
        for (var i = 0; i < 1000; i++)
        {
            outages.OnUnavailable("/onlinecf.v1.RatingService/Rate", "No answer in 30 s.");
        }

        Assert.Contains("No answer in 30 s.", Assert.Single(_lines.Written), StringComparison.Ordinal);

        _time.Advance(TimeSpan.FromMinutes(1));
        outages.OnUnavailable("/onlinecf.v1.RatingService/Rate", "No answer in 30 s.");
        Assert.Equal(2, _lines.Written.Count);
        Assert.Contains("999 requests more", _lines.Written[1], StringComparison.Ordinal);
    }

    private sealed class Lines : ILogger<OutageLog>
    {
        public List<string> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Assert.Null(exception);
            Written.Add(formatter(state, exception));
        }
    }
}
