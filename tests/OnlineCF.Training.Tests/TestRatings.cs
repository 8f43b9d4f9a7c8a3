using OnlineCF.Core.Ratings;
using OnlineCF.Training.History;

namespace OnlineCF.Training.Tests;

/// <summary>Ratings with a known answer, and the public data set where it is present.</summary>
internal static class TestRatings
{
    /// <summary>A history that has seen these ratings, with sequences from 1.</summary>
    public static RatingHistory History(params IEnumerable<(long User, long Movie, float Value)> ratings)
    {
        var history = new RatingHistory();
        foreach (var (user, movie, value) in ratings)
        {
            history.Apply(new RatingEntry(history.LastSequence + 1, RatingEntryKind.Rated, user, movie, value, 0));
        }

        return history;
    }

    /// <summary>
    /// Even users love even movies and odd users odd ones; the rest they dislike. Every third pair is unrated.
    /// </summary>
    public static IEnumerable<(long User, long Movie, float Value)> Checkerboard(int users, int movies) =>
        from user in Enumerable.Range(1, users)
        from movie in Enumerable.Range(1, movies)
        where (user + (movie / 2)) % 3 != 0
        select ((long)user, (long)movie, (user - movie) % 2 == 0 ? 5f : 1f);

    /// <summary>
    /// Users who like everything alike, one theme at a time: in a sitting of ten, movies of one of <paramref name="themes"/>
    /// themes of 20 movies. A sitting comes every day.
    /// </summary>
    public static IEnumerable<Rating> Sittings(int users, int sittings, int themes)
    {
        var random = new Random(1);
        for (var user = 1; user <= users; user++)
        {
            for (var sitting = 0; sitting < sittings; sitting++)
            {
                var theme = random.Next(themes);
                int[] movies = [.. Enumerable.Range(20 * theme, 20)];
                random.Shuffle(movies);
                for (var place = 0; place < 10; place++)
                {
                    var at = TimeSpan.FromDays(20_000 + sitting) + TimeSpan.FromSeconds((30 * place) + user);
                    yield return new Rating(user, movies[place] + 1, 4.5f, at.Ticks / TimeSpan.TicksPerMicrosecond);
                }
            }
        }
    }

    /// <summary>A history that has seen these ratings, with sequences from 1.</summary>
    public static RatingHistory History(IEnumerable<Rating> ratings)
    {
        var history = new RatingHistory();
        foreach (var rating in ratings)
        {
            history.Apply(new RatingEntry(
                history.LastSequence + 1, RatingEntryKind.Rated, rating.UserId, rating.MovieId, rating.Value, rating.RatedAtMicros));
        }

        return history;
    }

    /// <summary>One file of the fixed split of ml-latest-small; skips the test where the data is not there.</summary>
    public static List<Rating> MovieLens(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "OnlineCF.sln")))
        {
            folder = folder.Parent;
        }

        var path = Path.Combine(folder?.Parent?.FullName ?? "", "shared", "data", "ml-latest-small-split", name);
        Assert.SkipUnless(File.Exists(path), "The MovieLens split is not on this machine.");
        return [.. File.ReadLines(path).Skip(1).Select(Parse)];
    }

    private static Rating Parse(string line)
    {
        var cells = line.Split(',');
        var culture = System.Globalization.CultureInfo.InvariantCulture;
        return new Rating(
            long.Parse(cells[0], culture), long.Parse(cells[1], culture), float.Parse(cells[2], culture),
            long.Parse(cells[3], culture) * 1_000_000);
    }
}
