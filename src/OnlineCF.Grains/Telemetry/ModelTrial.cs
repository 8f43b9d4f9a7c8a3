namespace OnlineCF.Grains.Telemetry;

/// <summary>
/// What a model and the one that served before it would have said of the same ratings just before they came: of movies
/// that both know. Sums, so that those of several silos add up.
/// </summary>
/// <param name="Version">The model that serves.</param>
/// <param name="Against">The one before it.</param>
/// <param name="Ratings">How many ratings were compared.</param>
/// <param name="Liked">How many of them were liked; lists are measured on those.</param>
/// <param name="Sums">Of the model that serves.</param>
/// <param name="AgainstSums">Of the one before it.</param>
[GenerateSerializer, Immutable, Alias("onlinecf.ModelTrial")]
public sealed record ModelTrial(
    [property: Id(0)] long Version,
    [property: Id(1)] long Against,
    [property: Id(2)] long Ratings,
    [property: Id(3)] long Liked,
    [property: Id(4)] TrialSums Sums,
    [property: Id(5)] TrialSums AgainstSums)
{
    /// <summary>On fewer ratings nothing is said.</summary>
    public const int LeastRatings = 500;

    /// <summary>Whether it rests on enough ratings to be shown.</summary>
    public bool IsShown => Ratings >= LeastRatings;

    /// <summary>The trials of several silos as one for each pair of models, newest first.</summary>
    public static IReadOnlyList<ModelTrial> Join(IEnumerable<ModelTrial> trials) =>
        [.. trials.GroupBy(trial => (trial.Version, trial.Against)).Select(group => group.Aggregate((one, other) => one.And(other)))
            .OrderByDescending(trial => trial.Version)];

    /// <summary>This and one rating more.</summary>
    internal ModelTrial With(double error, double againstError, bool liked, int place, int againstPlace) => this with
    {
        Ratings = Ratings + 1,
        Liked = Liked + (liked ? 1 : 0),
        Sums = Sums.With(error, liked ? place : -1),
        AgainstSums = AgainstSums.With(againstError, liked ? againstPlace : -1),
    };

    private ModelTrial And(ModelTrial other) => this with
    {
        Ratings = Ratings + other.Ratings,
        Liked = Liked + other.Liked,
        Sums = Sums.And(other.Sums),
        AgainstSums = AgainstSums.And(other.AgainstSums),
    };
}

/// <summary>What one model would have said.</summary>
/// <param name="SquaredErrors">Σ (r̂ − r)², stars².</param>
/// <param name="Hits">Liked ratings whose movie was in the user's first ten.</param>
/// <param name="Gains">Σ 1 / log2(place + 1) of those, with places from 1: NDCG with one relevant movie each.</param>
[GenerateSerializer, Immutable, Alias("onlinecf.TrialSums")]
public readonly record struct TrialSums(
    [property: Id(0)] double SquaredErrors, [property: Id(1)] long Hits, [property: Id(2)] double Gains)
{
    /// <summary>These and what came of one rating more; the place from 0, -1 where the movie was not listed.</summary>
    internal TrialSums With(double error, int place) => new(
        SquaredErrors + (error * error), Hits + (place < 0 ? 0 : 1), Gains + (place < 0 ? 0 : 1 / Math.Log2(place + 2)));

    /// <summary>Both together.</summary>
    internal TrialSums And(TrialSums other) =>
        new(SquaredErrors + other.SquaredErrors, Hits + other.Hits, Gains + other.Gains);

    /// <summary>RMSE in stars over so many ratings.</summary>
    public double RmseOf(long ratings) => Math.Sqrt(SquaredErrors / ratings);

    /// <summary>Hit rate@10 over so many liked ratings; NaN for none.</summary>
    public double HitRate10Of(long liked) => liked == 0 ? double.NaN : (double)Hits / liked;

    /// <summary>NDCG@10 over so many liked ratings; NaN for none.</summary>
    public double Ndcg10Of(long liked) => liked == 0 ? double.NaN : Gains / liked;
}
