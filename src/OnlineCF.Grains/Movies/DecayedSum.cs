namespace OnlineCF.Grains.Movies;

/// <summary>A <see cref="DecayedCount"/> at rest.</summary>
/// <param name="First">The place of the lowest digit.</param>
/// <param name="Digits">The digits, the lowest first, without zeros at either end.</param>
[GenerateSerializer, Immutable, Alias("onlinecf.DecayedSum")]
internal readonly record struct DecayedSum([property: Id(0)] int First, [property: Id(1)] uint[] Digits)
{
    /// <summary>Nothing, for each half-life.</summary>
    public static DecayedSum[] Nothing { get; } = [.. DecayedCount.Doublings.Select(_ => new DecayedSum(0, []))];

    /// <summary>log2 of the sum; minus infinity when nothing is in.</summary>
    public double Log2 => DecayedCount.Log2(First, Digits);
}
