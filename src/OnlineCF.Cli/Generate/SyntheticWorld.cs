using OnlineCF.Core.Catalogue;

namespace OnlineCF.Cli.Generate;

/// <summary>
/// A world of users with latent tastes and movies that meet them: stars are
/// 3.5 + b_u + b_i + p_u·q_i + noise in half stars, the tastes lean to genres, and the popularity of the
/// movie at rank r falls as 1 / (r + 4)^0.9. Where tastes drift, b_i and q_i are drawn anew at that moment: people come to
/// see another thing in the same movies, and another worth. Holds users and movies, never the ratings.
/// </summary>
internal sealed class SyntheticWorld
{
    private const int Dimensions = 8;
    private const double MeanStars = 3.5;
    private const double BiasDeviation = 0.35;
    private const double NoiseDeviation = 0.6;
    private const double ZipfExponent = 0.9;
    private const double ZipfShift = 4;
    private const double GenreShare = 0.8;
    private const double TasteDeviation = 0.8;

    private const long MovieStream = 1;
    private const long UserStream = 2;
    private const long GenreStream = 3;
    private const long RankStream = 4;
    private const long DriftStream = 6;

    private readonly long _seed;
    private readonly Movie[] _movies;
    private readonly double[] _movieBiases;
    private readonly double[] _movieTastes;
    private readonly double[] _laterTastes;
    private readonly double[] _laterBiases;

    /// <summary>Draws the movies.</summary>
    public SyntheticWorld(SyntheticWorldOptions options)
    {
        Options = options;
        _seed = options.Seed;
        var count = options.Movies;
        (_movies, _movieBiases, _movieTastes) = (new Movie[count], new double[count], new double[count * Dimensions]);
        var centres = Centres();
        for (var i = 0; i < count; i++)
        {
            DrawMovie(i, centres);
        }

        var later = SplitMix.For(_seed, DriftStream, 0);
        _laterTastes = options.DriftAt is null ? _movieTastes : Array.ConvertAll(_movieTastes, _ => later.NextNormal());
        _laterBiases = options.DriftAt is null
            ? _movieBiases
            : Array.ConvertAll(_movieBiases, _ => later.NextNormal() * BiasDeviation);

        Popularity = DrawPopularity();
        PopularityDraw = new WeightedDraw(Popularity);
    }

    /// <summary>Its size and seed.</summary>
    public SyntheticWorldOptions Options { get; }

    /// <summary>Movies by id, from 1.</summary>
    public IReadOnlyList<Movie> Movies => _movies;

    /// <summary>Weight of each movie in what people come to see.</summary>
    public IReadOnlyList<double> Popularity { get; }

    /// <summary>Draws movies by popularity.</summary>
    public WeightedDraw PopularityDraw { get; }

    /// <summary>The user of an index, from 0.</summary>
    public SyntheticUser UserOf(int index)
    {
        var random = SplitMix.For(_seed, UserStream, index);
        var tastes = new double[Dimensions];
        for (var k = 0; k < Dimensions; k++)
        {
            tastes[k] = random.NextNormal() * TasteDeviation / Math.Sqrt(Dimensions);
        }

        return new SyntheticUser(index + 1, random.NextNormal() * BiasDeviation, tastes, random);
    }

    /// <summary>How much the user's taste and the movie meet: p_u·q_i, in stars.</summary>
    public double AffinityOf(SyntheticUser user, int movie, bool afterDrift = false)
    {
        var tastes = afterDrift ? _laterTastes : _movieTastes;
        var sum = 0.0;
        for (var k = 0; k < Dimensions; k++)
        {
            sum += user.Tastes[k] * tastes[(movie * Dimensions) + k];
        }

        return sum;
    }

    /// <summary>The user's stars for the movie, 0.5 to 5 in halves; the noise is the user's next.</summary>
    public float StarsOf(SyntheticUser user, int movie, bool afterDrift = false)
    {
        var stars = MeanStars + user.Bias + (afterDrift ? _laterBiases : _movieBiases)[movie] + AffinityOf(user, movie, afterDrift)
            + (user.Random.NextNormal() * NoiseDeviation);
        return (float)(Math.Round(Math.Clamp(stars, 0.5, 5.0) * 2) / 2);
    }

    private double[][] Centres() =>
        [.. Enumerable.Range(0, SyntheticMovies.Genres.Count).Select(genre =>
        {
            var random = SplitMix.For(_seed, GenreStream, genre);
            return Enumerable.Range(0, Dimensions).Select(_ => random.NextNormal()).ToArray();
        })];

    private void DrawMovie(int index, double[][] centres)
    {
        var random = SplitMix.For(_seed, MovieStream, index);
        (_movies[index], var genres) = SyntheticMovies.Create(index, random);
        _movieBiases[index] = random.NextNormal() * BiasDeviation;
        var own = Math.Sqrt(1 - (GenreShare * GenreShare));
        for (var k = 0; k < Dimensions; k++)
        {
            var centre = genres.Sum(x => centres[x][k]) / Math.Sqrt(genres.Length);
            _movieTastes[(index * Dimensions) + k] = (GenreShare * centre) + (own * random.NextNormal());
        }
    }

    // Ranks are shuffled over the ids (Fisher and Yates), so that an id says nothing.
    private double[] DrawPopularity()
    {
        var random = SplitMix.For(_seed, RankStream, 0);
        double[] weights = [.. Enumerable.Range(1, Options.Movies).Select(x => Math.Pow(x + ZipfShift, -ZipfExponent))];
        for (var i = weights.Length - 1; i > 0; i--)
        {
            var other = random.NextInt(i + 1);
            (weights[i], weights[other]) = (weights[other], weights[i]);
        }

        return weights;
    }
}

/// <summary>A user with a taste and a random sequence of its own.</summary>
internal sealed record SyntheticUser(long UserId, double Bias, double[] Tastes, SplitMix Random);
