using OnlineCF.Cli.Import;

namespace OnlineCF.Cli.Generate;

/// <summary>The ratings of a synthetic world, user by user, none twice.</summary>
internal sealed class SyntheticRatings : IRatingSource
{
    private const long ActivityStream = 5;
    private const double ActivityDeviation = 1.1;
    private const int DrawsBeforeSorting = 20;

    // 2015-01-01 and ten years on: in the past, whatever the day.
    private const long FirstSecond = 1_420_070_400;
    private const long YearSeconds = 31_556_952;
    private const int YearsOfJoining = 9;
    private const double MeanPauseSeconds = 6 * 3600;

    private readonly SyntheticWorld _world;
    private readonly int[] _counts;
    private readonly IEnumerator<ParsedRating> _ratings;
    private long _read;

    /// <summary>Decides how many ratings each user has; a few have very many.</summary>
    public SyntheticRatings(SyntheticWorld world)
    {
        _world = world;
        _counts = Counts(world.Options);
        _ratings = All().GetEnumerator();
    }

    /// <inheritdoc/>
    public double Fraction => (double)_read / _world.Options.Ratings;

    /// <inheritdoc/>
    public bool TryRead(out ParsedRating rating)
    {
        var more = _ratings.MoveNext();
        rating = more ? _ratings.Current : default;
        _read += more ? 1 : 0;
        return more;
    }

    /// <summary>All ratings, by user; lines count from 1.</summary>
    public IEnumerable<ParsedRating> All()
    {
        var line = 0L;
        for (var index = 0; index < _counts.Length; index++)
        {
            var user = _world.UserOf(index);
            var seconds = FirstSecond + (long)(user.Random.NextDouble() * YearsOfJoining * YearSeconds);
            foreach (var movie in MoviesOf(user, _counts[index], IsAfterDrift(seconds)))
            {
                seconds += 1 + (long)Math.Min(-Math.Log(1 - user.Random.NextDouble()) * MeanPauseSeconds, YearSeconds / 365.0);
                yield return new ParsedRating(
                    user.UserId, movie + 1, _world.StarsOf(user, movie, IsAfterDrift(seconds)), seconds * 1_000_000, ++line);
            }
        }
    }

    private bool IsAfterDrift(long seconds) =>
        _world.Options.DriftAt is { } share && seconds - FirstSecond >= share * YearsOfJoining * YearSeconds;

    // Log-normal activity, scaled to the total; nobody has more than there are movies.
    private static int[] Counts(SyntheticWorldOptions options)
    {
        var random = SplitMix.For(options.Seed, ActivityStream, 0);
        double[] weights = [.. Enumerable.Range(0, options.Users).Select(_ => Math.Exp(random.NextNormal() * ActivityDeviation))];
        var counts = new int[options.Users];
        var (left, weightLeft) = (options.Ratings, weights.Sum());
        int[] order = [.. Enumerable.Range(0, options.Users).OrderByDescending(x => weights[x]).ThenBy(x => x)];
        for (var i = 0; i < order.Length; i++)
        {
            // The most active first: what they cannot take is spread over the rest.
            var others = (long)(order.Length - i - 1);
            var wanted = (long)Math.Round(left * weights[order[i]] / weightLeft);
            var least = Math.Max(left > others ? 1 : 0, left - (others * options.Movies));
            var most = Math.Min(options.Movies, left - Math.Min(others, left - least));
            counts[order[i]] = (int)Math.Clamp(wanted, least, Math.Max(least, most));
            left -= counts[order[i]];
            weightLeft -= weights[order[i]];
        }

        return counts;
    }

    // People come to see what is popular, and among that rather what meets their taste.
    private IEnumerable<int> MoviesOf(SyntheticUser user, int count, bool afterDrift)
    {
        if (count > _world.Options.Movies / 4)
        {
            return AllMoviesInDrawOrder(user, afterDrift).Take(count);
        }

        var seen = new HashSet<int>(count);
        var draws = 0;
        while (seen.Count < count && draws < (long)count * DrawsBeforeSorting)
        {
            draws++;
            var movie = _world.PopularityDraw.Draw(user.Random);
            if (user.Random.NextDouble() < ChanceOf(user, movie, afterDrift))
            {
                seen.Add(movie);
            }
        }

        return seen.Count == count
            ? seen
            : seen.Concat(AllMoviesInDrawOrder(user, afterDrift).Where(x => !seen.Contains(x)).Take(count - seen.Count).ToList());
    }

    // Weighted draws without replacement: the largest u^(1/w) first (Efraimidis and Spirakis 2006).
    private IEnumerable<int> AllMoviesInDrawOrder(SyntheticUser user, bool afterDrift)
    {
        var keys = new double[_world.Options.Movies];
        for (var movie = 0; movie < keys.Length; movie++)
        {
            keys[movie] = Math.Log(1 - user.Random.NextDouble()) / (_world.Popularity[movie] * ChanceOf(user, movie, afterDrift));
        }

        return Enumerable.Range(0, keys.Length).OrderByDescending(x => keys[x]);
    }

    private double ChanceOf(SyntheticUser user, int movie, bool afterDrift) =>
        1 / (1 + Math.Exp(-2 * _world.AffinityOf(user, movie, afterDrift)));
}
