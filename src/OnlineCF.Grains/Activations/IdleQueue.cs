namespace OnlineCF.Grains.Activations;

/// <summary>
/// Things that wait idle until their time is up. Costs by what becomes idle, never by all that is; the time is the
/// monotonic one, so that putting the clock back or forward changes nothing. Thread-safe.
/// </summary>
/// <param name="step">Things whose time ends within one step end together.</param>
/// <param name="time">Where the monotonic time comes from.</param>
public sealed class IdleQueue<T>(TimeSpan step, TimeProvider time)
    where T : notnull
{
    private readonly Lock _gate = new();
    private readonly long _started = time.GetTimestamp();
    private readonly Dictionary<T, long> _stepOf = [];
    private readonly SortedDictionary<long, HashSet<T>> _steps = [];

    /// <summary>How many wait.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _stepOf.Count;
            }
        }
    }

    private long Now => (long)(time.GetElapsedTime(_started) / step);

    /// <summary>Something is idle from now on; its time is up after <paramref name="age"/>, at most a step later.</summary>
    public void Add(T item, TimeSpan age)
    {
        var due = Now + (long)Math.Ceiling(age / step) + 1;
        lock (_gate)
        {
            Take(item);
            _stepOf[item] = due;
            if (!_steps.TryGetValue(due, out var set))
            {
                _steps.Add(due, set = []);
            }

            set.Add(item);
        }
    }

    /// <summary>Something is not idle any more, or gone.</summary>
    public void Remove(T item)
    {
        lock (_gate)
        {
            Take(item);
        }
    }

    /// <summary>Takes out what has been idle for its whole time.</summary>
    public IReadOnlyList<T> TakeDue()
    {
        var now = Now;
        List<T> due = [];
        lock (_gate)
        {
            while (_steps.Count > 0 && _steps.First() is var (step, items) && step <= now)
            {
                due.AddRange(items);
                _steps.Remove(step);
            }

            due.ForEach(item => _stepOf.Remove(item));
        }

        return due;
    }

    private void Take(T item)
    {
        if (_stepOf.Remove(item, out var due) && _steps[due] is var set && set.Remove(item) && set.Count == 0)
        {
            _steps.Remove(due);
        }
    }
}
