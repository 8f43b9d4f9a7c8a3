namespace OnlineCF.Scoring;

/// <summary>Lengths of vectors, as bounds: rounded up, never down.</summary>
internal static class RowNorm
{
    // A sum of n squares in double precision is at most n · 2⁻⁵³ of itself too small.
    private const double RoundUp = 1 + 1e-12;

    /// <summary>A float that is not below |y| and less than a millionth above it; infinity for what is not finite.</summary>
    public static float Of(ReadOnlySpan<float> row)
    {
        var squares = 0.0;
        foreach (var value in row)
        {
            squares += (double)value * value;
        }

        return Up(Math.Sqrt(squares));
    }

    /// <summary>A float that is not below a length known in double precision.</summary>
    public static float Up(double length) =>
        length == 0 ? 0 : double.IsNaN(length) ? float.PositiveInfinity : MathF.BitIncrement((float)(length * RoundUp));
}
