namespace OnlineCF.Grains.Telemetry;

/// <summary>The mean of the last values. Thread-safe.</summary>
public sealed class RollingMean(int window)
{
    private readonly Lock _gate = new();
    private readonly double[] _values = new double[window];
    private long _added;
    private double _sum;

    /// <summary>How many values have been added.</summary>
    public long Count
    {
        get
        {
            lock (_gate)
            {
                return _added;
            }
        }
    }

    /// <summary>The mean, or NaN while there is no value.</summary>
    public double Mean
    {
        get
        {
            lock (_gate)
            {
                return _added == 0 ? double.NaN : Math.Max(0, _sum) / Math.Min(_added, _values.Length);
            }
        }
    }

    /// <summary>Takes a value in and the oldest one out.</summary>
    public void Add(double value)
    {
        lock (_gate)
        {
            var slot = (int)(_added % _values.Length);
            _sum += value - (_added >= _values.Length ? _values[slot] : 0);
            _values[slot] = value;
            _added++;
        }
    }
}
