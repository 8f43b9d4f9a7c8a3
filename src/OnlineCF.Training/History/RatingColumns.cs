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

    /// <summary>User row of each rating; empty where the offsets have to say it.</summary>
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

    /// <summary>The same ratings grouped by movie: users and movies change places.</summary>
    public RatingColumns Transpose(int movieCount)
    {
        var swapped = new Grouping(movieCount, namesUsers: false);
        foreach (var movie in Movies)
        {
            swapped.Expect(movie);
        }

        for (var user = 0; user < Offsets.Length - 1; user++)
        {
            for (var i = Offsets[user]; i < Offsets[user + 1]; i++)
            {
                swapped.Add(Movies[i], user, Values[i]);
            }
        }

        return swapped.Columns;
    }

    /// <summary>
    /// Groups ratings by user, keeping their order within each, with no memory beside the columns: first every
    /// rating's user is counted, then every rating is put where it belongs.
    /// </summary>
    public sealed class Grouping(int userCount, bool namesUsers = true)
    {
        private readonly int[] _next = new int[userCount + 1];
        private RatingColumns? _columns;

        /// <summary>The columns; complete when every rating that was expected has been added.</summary>
        public RatingColumns Columns => _columns ??= Allocate();

        /// <summary>Counts a rating to come.</summary>
        public void Expect(int user) => _next[user + 1]++;

        /// <summary>Adds a rating that was expected.</summary>
        /// <returns>Its position.</returns>
        public int Add(int user, int movie, float value)
        {
            var columns = Columns;
            var at = _next[user]++;
            (columns.Movies[at], columns.Values[at]) = (movie, value);
            if (namesUsers)
            {
                columns.Users[at] = user;
            }

            return at;
        }

        private RatingColumns Allocate()
        {
            for (var user = 1; user < _next.Length; user++)
            {
                _next[user] += _next[user - 1];
            }

            return new RatingColumns(
                (int[])_next.Clone(), namesUsers ? new int[_next[^1]] : [], new int[_next[^1]], new float[_next[^1]]);
        }
    }
}
