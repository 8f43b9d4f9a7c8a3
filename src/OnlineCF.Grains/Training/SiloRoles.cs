namespace OnlineCF.Grains.Training;

/// <summary>What this silo does.</summary>
/// <param name="Trains">Whether training rounds may run here.</param>
public sealed record SiloRoles(bool Trains);
