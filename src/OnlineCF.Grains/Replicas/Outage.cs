namespace OnlineCF.Grains.Replicas;

/// <summary>
/// Whether something that is tried again and again is out of order, so that its beginning and its end are said
/// once each, and a change of the reason too. Not thread-safe.
/// </summary>
internal sealed class Outage
{
    private string? _reason;

    /// <summary>Notes a failure.</summary>
    /// <returns>Whether it is to be said: it is the first, or has another reason than the one before.</returns>
    public bool IsNews(Exception exception)
    {
        var reason = $"{exception.GetType()}: {exception.Message}";
        var isNews = reason != _reason;
        _reason = reason;
        return isNews;
    }

    /// <summary>Notes a success.</summary>
    /// <returns>Whether it is to be said: there was a failure before it.</returns>
    public bool IsOver()
    {
        var isOver = _reason is not null;
        _reason = null;
        return isOver;
    }
}
