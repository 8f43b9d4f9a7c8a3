using OnlineCF.Core.Catalogue;

namespace OnlineCF.Cli.Generate;

/// <summary>Names, years and genres of the movies of a synthetic world.</summary>
internal static class SyntheticMovies
{
    /// <summary>Latest year of release.</summary>
    public const int LastYear = 2024;

    /// <summary>The genres, as MovieLens names them.</summary>
    public static IReadOnlyList<string> Genres { get; } =
    [
        "Action", "Adventure", "Animation", "Children", "Comedy", "Crime", "Documentary", "Drama", "Fantasy",
        "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi", "Thriller", "War", "Western",
    ];

    // How common the genres are: drama and comedy lead, as in every real catalogue.
    private static readonly WeightedDraw GenreDraw =
        new([6, 4, 2, 2, 12, 4, 2, 14, 3, 0.5, 4, 1, 2, 6, 4, 6, 1.5, 0.7]);

    private static readonly string[] Qualities =
    [
        "Silent", "Crimson", "Last", "Hidden", "Electric", "Broken", "Golden", "Distant", "Burning", "Midnight",
        "Paper", "Frozen", "Restless", "Velvet", "Hollow", "Savage", "Gentle", "Iron", "Lonely", "Wandering",
        "Bitter", "Secret", "Blue", "Falling", "Endless", "Wild", "Little", "Second", "Forgotten", "Bright",
    ];

    private static readonly string[] Things =
    [
        "Harbor", "Summer", "Empire", "Garden", "Road", "Witness", "River", "Orchestra", "Planet", "Letter",
        "Soldier", "Mountain", "Dream", "City", "Dancer", "Winter", "Promise", "Train", "Island", "Detective",
        "Mirror", "Horizon", "Kingdom", "Stranger", "Lighthouse", "Machine", "Wedding", "Shadow", "Circus", "Voyage",
    ];

    private const string Vowels = "AEIOU";

    private static readonly string[] Forms = ["The {0} {1}", "{0} {1}", "A {0} {1}", "{1} of the {0}", "My {0} {1}"];

    /// <summary>The movie of an index; its genres are places in <see cref="Genres"/>.</summary>
    public static (Movie Movie, int[] Genres) Create(int index, SplitMix random)
    {
        int[] genres = [.. Enumerable.Range(0, 1 + random.NextInt(3)).Select(_ => GenreDraw.Draw(random)).Distinct().Order()];

        // Most catalogues are full of recent movies.
        var year = LastYear - (int)(90 * Math.Pow(random.NextDouble(), 2.5));
        var movie = new Movie(index + 1, TitleOf(index), year, [.. genres.Select(x => Genres[x])], Hidden: false);
        return (movie, genres);
    }

    // A fixed stride walks through all combinations in a mixed order; what comes after them is a sequel.
    private static string TitleOf(int index)
    {
        const int Stride = 1_871;
        var combinations = Qualities.Length * Things.Length * Forms.Length;
        var place = (int)((long)index * Stride % combinations);
        var (form, quality) = (Forms[place / (Qualities.Length * Things.Length)], Qualities[place % Qualities.Length]);
        if (form[0] == 'A' && Vowels.Contains(quality[0]))
        {
            form = form.Insert(1, "n");
        }

        var title = string.Format(null, form, quality, Things[place / Qualities.Length % Things.Length]);
        return index < combinations ? title : $"{title} {(index / combinations) + 1}";
    }
}
