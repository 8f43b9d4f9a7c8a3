namespace OnlineCF.Cli.Generate;

/// <summary>How large a synthetic world is.</summary>
/// <param name="Users">1 to 100,000,000.</param>
/// <param name="Movies">1 to 10,000,000.</param>
/// <param name="Ratings">1 to users × movies; every user has at least one when there are enough.</param>
/// <param name="Seed">The same seed and size give the same world.</param>
internal sealed record SyntheticWorldOptions(int Users, int Movies, long Ratings, long Seed)
{
    /// <summary>What is wrong with the size, or null.</summary>
    public string? Fault() => this switch
    {
        { Users: < 1 or > 100_000_000 } => "--users must be from 1 to 100000000.",
        { Movies: < 1 or > 10_000_000 } => "--movies must be from 1 to 10000000.",
        { Ratings: < 1 } => "--ratings must be at least 1.",
        _ when Ratings > (long)Users * Movies =>
            $"--ratings must be at most users × movies, {(long)Users * Movies}: nobody rates a movie twice.",
        _ => null,
    };
}
