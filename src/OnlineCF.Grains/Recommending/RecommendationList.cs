namespace OnlineCF.Grains.Recommending;

/// <summary>Where a list comes from.</summary>
public enum RecommendationSource
{
    /// <summary>From the user's own ratings.</summary>
    Personalized = 0,

    /// <summary>What everybody likes, for want of knowledge.</summary>
    Popular = 1,
}

/// <summary>A ranked list from one model version (0: no model serves).</summary>
[GenerateSerializer, Immutable, Alias("onlinecf.RecommendationList")]
public sealed record RecommendationList(
    [property: Id(0)] RecommendedMovie[] Movies,
    [property: Id(1)] RecommendationSource Source,
    [property: Id(2)] long ModelVersion);

/// <summary>A place in a list.</summary>
/// <param name="MovieId">The movie.</param>
/// <param name="Score">Orders the list.</param>
/// <param name="PredictedRating">Stars; 0 when unknown.</param>
/// <param name="Reasons">The largest shares of rated movies in the score, largest first.</param>
/// <param name="OtherWeight">The sum of all other shares: with those of the reasons it makes the score; 0 when none were asked for.</param>
[GenerateSerializer, Immutable, Alias("onlinecf.RecommendedMovie")]
public readonly record struct RecommendedMovie(
    [property: Id(0)] long MovieId,
    [property: Id(1)] float Score,
    [property: Id(2)] float PredictedRating,
    [property: Id(3)] Reason[] Reasons,
    [property: Id(4)] float OtherWeight = 0);

/// <summary>A rated movie's exact share in a score.</summary>
[GenerateSerializer, Immutable, Alias("onlinecf.Reason")]
public readonly record struct Reason([property: Id(0)] long MovieId, [property: Id(1)] float Weight);

/// <summary>Predicted stars, in the order asked, from one model version.</summary>
[GenerateSerializer, Immutable, Alias("onlinecf.PredictionList")]
public sealed record PredictionList([property: Id(0)] float[] PredictedRatings, [property: Id(1)] long ModelVersion);
