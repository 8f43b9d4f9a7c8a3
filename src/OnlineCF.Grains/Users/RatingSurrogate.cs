using OnlineCF.Core.Ratings;

namespace OnlineCF.Grains.Users;

/// <summary>How a <see cref="Rating"/> travels between silos.</summary>
[GenerateSerializer, Immutable, Alias("onlinecf.Rating")]
public readonly record struct RatingSurrogate(
    [property: Id(0)] long UserId,
    [property: Id(1)] long MovieId,
    [property: Id(2)] float Value,
    [property: Id(3)] long RatedAtMicros);

/// <summary>Converts to and from the travelling form.</summary>
[RegisterConverter]
public sealed class RatingConverter : IConverter<Rating, RatingSurrogate>
{
    /// <inheritdoc/>
    public Rating ConvertFromSurrogate(in RatingSurrogate surrogate) =>
        new(surrogate.UserId, surrogate.MovieId, surrogate.Value, surrogate.RatedAtMicros);

    /// <inheritdoc/>
    public RatingSurrogate ConvertToSurrogate(in Rating value) =>
        new(value.UserId, value.MovieId, value.Value, value.RatedAtMicros);
}
