namespace OnlineCF.Server.Hosting;

/// <summary>
/// What is read from files, and again when they have changed. While they do not fit together, as between the writing of one
/// and the other, what was read last goes on. Thread-safe.
/// </summary>
internal sealed class ReadFiles<T>
{
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(1);

    private readonly string[] _paths;
    private readonly Func<T> _read;
    private readonly Action<T> _onRead;
    private readonly Action<string> _onKept;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private DateTime[] _stamps;
    private T _current;
    private long _lookedAt;

    /// <summary>Reads the files.</summary>
    /// <param name="paths">Those whose change is looked for, once a second at most.</param>
    /// <param name="read">Reads them.</param>
    /// <param name="onRead">When others were read.</param>
    /// <param name="onKept">When others could not be read, and why.</param>
    /// <param name="time">The clock.</param>
    public ReadFiles(string[] paths, Func<T> read, Action<T> onRead, Action<string> onKept, TimeProvider time)
    {
        (_paths, _read, _onRead, _onKept, _time) = (paths, read, onRead, onKept, time);
        (_stamps, _lookedAt) = (StampsOf(), time.GetTimestamp());
        _current = read();
    }

    /// <summary>What the files say.</summary>
    public T Current
    {
        get
        {
            lock (_lock)
            {
                if (_time.GetElapsedTime(_lookedAt) >= LeastPause)
                {
                    _lookedAt = _time.GetTimestamp();
                    ReadAgain();
                }

                return _current;
            }
        }
    }

    private void ReadAgain()
    {
        try
        {
            var stamps = StampsOf();
            if (!stamps.AsSpan().SequenceEqual(_stamps))
            {
                _stamps = stamps;
                _current = _read();
                _onRead(_current);
            }
        }
        catch (Exception exception) when (FileFault.IsOne(exception))
        {
            _onKept(exception.Message);
        }
    }

    private DateTime[] StampsOf() => Array.ConvertAll(_paths, File.GetLastWriteTimeUtc);
}
