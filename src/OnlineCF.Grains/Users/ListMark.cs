namespace OnlineCF.Grains.Users;

/// <summary>
/// What a user's list depends on, as one silo knew it at some moment. Two marks that are equal mean the same list;
/// numbers of different activations or silos are never equal but for the catalogue's.
/// </summary>
/// <param name="Ratings">The user's ratings.</param>
/// <param name="Model">The serving model and what was folded into it.</param>
/// <param name="Catalogue">The catalogue's version in the store.</param>
/// <param name="Popularity">What is popular; 0 where it was not asked for.</param>
[GenerateSerializer, Immutable, Alias("onlinecf.ListMark")]
public readonly record struct ListMark(
    [property: Id(0)] long Ratings,
    [property: Id(1)] long Model,
    [property: Id(2)] long Catalogue,
    [property: Id(3)] long Popularity);
