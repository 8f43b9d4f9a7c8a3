using OnlineCF.Core.Ratings;

namespace OnlineCF.Grains.Streams;

/// <summary>
/// A partition's entries with From &lt; sequence ≤ To. Batches of a partition join on: a subscriber that
/// stands before From has missed something and reads it from the log; one at or past To has seen it.
/// </summary>
[GenerateSerializer, Immutable, Alias("onlinecf.RatingBatch")]
public sealed record RatingBatch(
    [property: Id(0)] int Partition,
    [property: Id(1)] long From,
    [property: Id(2)] long To,
    [property: Id(3)] RatingEntry[] Entries);
