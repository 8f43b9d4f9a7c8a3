namespace OnlineCF.Training.History;

/// <summary>
/// Ratings grouped by user: the ratings of user row u are the positions Offsets[u] to Offsets[u + 1] of the
/// other columns, in the order of the history.
/// </summary>
internal sealed class RatingColumns
{
    private RatingColumns(int[] offsets, int[] users, int[] movies, float[] values)
    {
        (Offsets, Users, Movies, Values) = (offsets, users, movies, values);
    }

    /// <summary>Number of ratings.</summary>
    public int Count => Values.Length;

    /// <summary>Where each user's ratings begin; one more than there are users.</summary>
    public int[] Offsets { get; }

    /// <summary>User row of each rating.</summary>
    public int[] Users { get; }

    /// <summary>Movie row of each rating.</summary>
    public int[] Movies { get; }

    /// <summary>Value of each rating, in stars.</summary>
    public float[] Values { get; }

    /// <summary>The movie rows a user rated.</summary>
    public ReadOnlySpan<int> MoviesOf(int user) => Movies.AsSpan(Offsets[user]..Offsets[user + 1]);

    /// <summary>The values a user gave, in the order of <see cref="MoviesOf"/>.</summary>
    public ReadOnlySpan<float> ValuesOf(int user) => Values.AsSpan(Offsets[user]..Offsets[user + 1]);

    /// <summary>How many ratings each of the first user rows has.</summary>
    public int[] Counts(int users)
    {
        var counts = new int[users];
        for (var user = 0; user < users; user++)
        {
            counts[user] = Offsets[user + 1] - Offsets[user];
        }

        return counts;
    }

    /// <summary>Groups ratings by user, keeping their order within each.</summary>
    public static RatingColumns Group(int userCount, List<(int User, int Movie, float Value)> ratings)
    {
        var offsets = new int[userCount + 1];
        foreach (var (user, _, _) in ratings)
        {
            offsets[user + 1]++;
        }

        for (var u = 0; u < userCount; u++)
        {
            offsets[u + 1] += offsets[u];
        }

        var (users, movies, values) = (new int[ratings.Count], new int[ratings.Count], new float[ratings.Count]);
        var next = offsets.AsSpan(0, userCount).ToArray();
        foreach (var (user, movie, value) in ratings)
        {
            var at = next[user]++;
            (users[at], movies[at], values[at]) = (user, movie, value);
        }

        return new RatingColumns(offsets, users, movies, values);
    }

    /// <summary>The same ratings grouped by movie: users and movies change places.</summary>
    public RatingColumns Transpose(int movieCount)
    {
        var swapped = new List<(int, int, float)>(Count);
        for (var i = 0; i < Count; i++)
        {
            swapped.Add((Movies[i], Users[i], Values[i]));
        }

        return Group(movieCount, swapped);
    }
}
