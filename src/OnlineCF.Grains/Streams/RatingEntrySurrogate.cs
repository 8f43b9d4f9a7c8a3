using OnlineCF.Core.Ratings;

namespace OnlineCF.Grains.Streams;

/// <summary>How a <see cref="RatingEntry"/> travels between silos.</summary>
[GenerateSerializer, Immutable, Alias("onlinecf.RatingEntry")]
public readonly record struct RatingEntrySurrogate(
    [property: Id(0)] long Sequence,
    [property: Id(1)] RatingEntryKind Kind,
    [property: Id(2)] long UserId,
    [property: Id(3)] long MovieId,
    [property: Id(4)] float Value,
    [property: Id(5)] long RatedAtMicros,
    [property: Id(6)] float ReplacedValue,
    [property: Id(7)] long ReplacedAtMicros);

/// <summary>Converts to and from the travelling form.</summary>
[RegisterConverter]
public sealed class RatingEntryConverter : IConverter<RatingEntry, RatingEntrySurrogate>
{
    /// <inheritdoc/>
    public RatingEntry ConvertFromSurrogate(in RatingEntrySurrogate surrogate) => new(
        surrogate.Sequence, surrogate.Kind, surrogate.UserId, surrogate.MovieId, surrogate.Value, surrogate.RatedAtMicros,
        surrogate.ReplacedValue, surrogate.ReplacedAtMicros);

    /// <inheritdoc/>
    public RatingEntrySurrogate ConvertToSurrogate(in RatingEntry value) => new(
        value.Sequence, value.Kind, value.UserId, value.MovieId, value.Value, value.RatedAtMicros,
        value.ReplacedValue, value.ReplacedAtMicros);
}
