using OnlineCF.Server.Settings;

namespace OnlineCF.Server.Limits;

/// <summary>What is open for long or waits for a grain. One kind that is full refuses nothing of another.</summary>
public enum RequestKind
{
    /// <summary>A call with one answer.</summary>
    Call,

    /// <summary>StreamRatings.</summary>
    RatingStream,

    /// <summary>UpsertMovies.</summary>
    Upload,

    /// <summary>A list or a round that is watched over gRPC.</summary>
    Watch,

    /// <summary>The same over HTTP/1.1, as the page does.</summary>
    PageWatch,
}

/// <summary>Counts what is open, of each kind and of each client, and refuses what is above the limits. Thread-safe.</summary>
public sealed class RequestBudgets(LimitsOptions limits)
{
    private readonly Lock _gate = new();
    private readonly int[] _open = new int[Enum.GetValues<RequestKind>().Length];
    private readonly Dictionary<(RequestKind Kind, CallerKey Client), int> _openOf = [];

    /// <summary>Opens one more; to be disposed when it ends.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="client">Who asks; calls are not counted by client.</param>
    /// <exception cref="OverLimitException">There are too many.</exception>
    public IDisposable Open(RequestKind kind, CallerKey client)
    {
        var key = (kind, client);
        lock (_gate)
        {
            if (kind == RequestKind.Call)
            {
                Refuse(_open[(int)kind], limits.MaxConcurrentCalls, "calls wait", nameof(limits.MaxConcurrentCalls));
            }
            else
            {
                Refuse(_open[(int)kind], limits.MaxConcurrentStreams, $"{NameOf(kind)} are open", nameof(limits.MaxConcurrentStreams));
                Refuse(
                    _openOf.GetValueOrDefault(key), limits.MaxStreamsPerClient,
                    $"{NameOf(kind)} of {client} are open", nameof(limits.MaxStreamsPerClient));
                _openOf[key] = _openOf.GetValueOrDefault(key) + 1;
            }

            _open[(int)kind]++;
        }

        return new Place(this, kind, client);
    }

    private static void Refuse(int open, int limit, string what, string setting)
    {
        if (open >= limit)
        {
            throw new OverLimitException(setting, $"{limit} {what}, and no more are taken", TimeSpan.Zero);
        }
    }

    private static string NameOf(RequestKind kind) => kind switch
    {
        RequestKind.RatingStream => "rating streams",
        RequestKind.Upload => "uploads",
        RequestKind.Watch => "watches",
        _ => "watches over HTTP",
    };

    private void Close(RequestKind kind, CallerKey client)
    {
        lock (_gate)
        {
            _open[(int)kind]--;
            if (kind != RequestKind.Call && --_openOf[(kind, client)] == 0)
            {
                _openOf.Remove((kind, client));
            }
        }
    }

    private sealed class Place(RequestBudgets budgets, RequestKind kind, CallerKey client) : IDisposable
    {
        private bool _closed;

        public void Dispose()
        {
            if (!_closed)
            {
                _closed = true;
                budgets.Close(kind, client);
            }
        }
    }
}
