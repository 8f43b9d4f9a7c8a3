namespace OnlineCF.Grains.Replicas;

/// <summary>A sum of powers of two far beyond a double's range, of which terms change.</summary>
internal sealed class LogSum
{
    private const double Far = 500;

    private double _value;
    private double _unit = double.NegativeInfinity;

    /// <summary>log2 of the sum; minus infinity when nothing is in.</summary>
    public double Log2 => _value > 0 ? Math.Log2(_value) + _unit : double.NegativeInfinity;

    /// <summary>Puts a term in the place of another.</summary>
    /// <param name="before">log2 of the term that was in; minus infinity for none.</param>
    /// <param name="after">log2 of the one that comes; minus infinity for none.</param>
    public void Change(double before, double after)
    {
        if (after > _unit + Far)
        {
            _value *= Math.Pow(2, _unit - after);
            _unit = after;
        }

        _value = Math.Max(0, _value - TermOf(before) + TermOf(after));
    }

    private double TermOf(double log2) => double.IsNegativeInfinity(log2) ? 0 : Math.Pow(2, log2 - _unit);
}
