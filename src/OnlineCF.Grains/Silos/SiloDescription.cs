namespace OnlineCF.Grains.Silos;

/// <summary>A silo as it describes itself.</summary>
/// <param name="Address">Host and port at which the other silos reach it.</param>
/// <param name="Roles">serve, train, or both; empty where it did not answer.</param>
/// <param name="Version">Of the program.</param>
/// <param name="ModelVersion">What it serves; 0 without a model.</param>
/// <param name="Activations">Grains that are active on it.</param>
[GenerateSerializer, Immutable, Alias("onlinecf.SiloDescription")]
public sealed record SiloDescription(
    [property: Id(0)] string Address,
    [property: Id(1)] string Roles,
    [property: Id(2)] string Version,
    [property: Id(3)] long ModelVersion,
    [property: Id(4)] int Activations);
