namespace OnlineCF.Grains.Silos;

/// <summary>What a silo does.</summary>
/// <param name="Serves">Users, movies and partitions may live on it.</param>
/// <param name="Trains">Rounds may run on it.</param>
public sealed record SiloRoles(bool Serves, bool Trains)
{
    /// <inheritdoc/>
    public override string ToString() => (Serves, Trains) switch
    {
        (true, true) => "serve,train",
        (true, false) => "serve",
        _ => "train",
    };
}
