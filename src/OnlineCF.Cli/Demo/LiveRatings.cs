using OnlineCF.Cli.Generate;
using OnlineCF.Cli.Import;

namespace OnlineCF.Cli.Demo;

/// <summary>
/// Ratings of a synthetic world that happen now and never end. Tastes drift: one genre after another comes into
/// fashion, is seen more often and gets more stars, while the one before falls back.
/// </summary>
internal sealed class LiveRatings(SyntheticWorld world, TimeProvider time) : IRatingSource
{
    /// <summary>How long a genre is in fashion.</summary>
    public static readonly TimeSpan FashionLength = TimeSpan.FromSeconds(60);

    private const long LiveStream = 7;
    private const float ExtraStars = 1;
    private const double SeenForFashion = 0.5;
    private const int MostDraws = 50;

    // In the order in which they follow each other.
    private static readonly string[] Fashions = ["Sci-Fi", "Romance", "Thriller", "Comedy", "Fantasy", "Drama", "Horror", "Adventure"];

    private readonly long _startedAt = time.GetTimestamp();
    private readonly SplitMix _random = SplitMix.For(world.Options.Seed, LiveStream, 0);
    private long _read;

    /// <summary>Called with each genre as it comes into fashion.</summary>
    public Action<string> FashionChanged { get; init; } = _ => { };

    /// <summary>The genre that is in fashion; none at first.</summary>
    public string? Fashion { get; private set; }

    /// <inheritdoc/>
    public double Fraction => 0;

    /// <inheritdoc/>
    public bool TryRead(out ParsedRating rating)
    {
        Drift();
        var user = world.UserOf(_random.NextInt(world.Options.Users)) with { Random = _random };
        var movie = world.PopularityDraw.Draw(_random);
        if (Fashion is not null && _random.NextDouble() < SeenForFashion)
        {
            for (var draws = 0; draws < MostDraws && !IsInFashion(movie); draws++)
            {
                movie = world.PopularityDraw.Draw(_random);
            }
        }

        var stars = Math.Min(5, world.StarsOf(user, movie) + (IsInFashion(movie) ? ExtraStars : 0));
        rating = new ParsedRating(user.UserId, movie + 1, stars, time.GetUtcNow().ToUnixTimeMilliseconds() * 1000, ++_read);
        return true;
    }

    private bool IsInFashion(int movie) => Fashion is not null && world.Movies[movie].Genres.Contains(Fashion);

    private void Drift()
    {
        var place = (long)(time.GetElapsedTime(_startedAt) / FashionLength) - 1;
        if (place >= 0 && Fashions[place % Fashions.Length] is var fashion && fashion != Fashion)
        {
            Fashion = fashion;
            FashionChanged(fashion);
        }
    }
}
