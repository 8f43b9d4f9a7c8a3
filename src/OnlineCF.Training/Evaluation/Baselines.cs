using OnlineCF.Core.Ratings;
using OnlineCF.Training.History;

namespace OnlineCF.Training.Evaluation;

/// <summary>
/// Lists movies by how many training ratings they have, or by what is popular now, and predicts the stars of another
/// baseline.
/// </summary>
internal sealed class PopularityBaseline(TrainingSet set, Func<int, int, float> stars, RecentLikesTable? recent = null) : IUserScorer
{
    private readonly int[] _byCount = [.. Enumerable.Range(0, set.TrainedMovies)
        .OrderByDescending(movie => recent?.Log2Of(set.MovieIds[movie]) ?? 0)
        .ThenByDescending(movie => set.ByMovie.MoviesOf(movie).Length)];

    /// <inheritdoc/>
    public int Score(int user, ReadOnlySpan<int> movies, Span<float> predicted, Span<int> top)
    {
        for (var i = 0; i < movies.Length; i++)
        {
            predicted[i] = Math.Clamp(stars(user, movies[i]), Rating.MinValue, Rating.MaxValue);
        }

        return top.IsEmpty ? 0 : Top(user, top);
    }

    /// <summary>The most rated movies the user did not rate in training.</summary>
    public int Top(int user, Span<int> top)
    {
        var own = new HashSet<int>(set.Train.Offsets[user + 1] - set.Train.Offsets[user]);
        foreach (var movie in set.Train.MoviesOf(user))
        {
            own.Add(movie);
        }

        var listed = 0;
        for (var i = 0; i < _byCount.Length && listed < top.Length; i++)
        {
            if (!own.Contains(_byCount[i]))
            {
                top[listed++] = _byCount[i];
            }
        }

        return listed;
    }
}

/// <summary>Predicts μ + b_u + b_i and lists the movies with the highest b_i.</summary>
internal sealed class BiasBaseline : IUserScorer
{
    private readonly TrainingSet _set;
    private readonly int[] _byBias;

    /// <summary>Fits Σ (r − μ − b_u − b_i)² + λ_u Σ b_u² + λ_i Σ b_i² by alternating closed-form steps.</summary>
    public BiasBaseline(TrainingSet set, double userL2 = 5, double movieL2 = 5, int sweeps = 10)
    {
        _set = set;
        UserBiases = new float[set.UserIds.Length];
        MovieBiases = new float[set.MovieIds.Length];
        for (var sweep = 0; sweep < sweeps; sweep++)
        {
            Fit(MovieBiases, UserBiases, set.ByMovie, movieL2);
            Fit(UserBiases, MovieBiases, set.Train, userL2);
        }

        _byBias = [.. Enumerable.Range(0, set.TrainedMovies).OrderByDescending(movie => MovieBiases[movie])];
    }

    /// <summary>b_u of every user row.</summary>
    public float[] UserBiases { get; }

    /// <summary>b_i of every movie row.</summary>
    public float[] MovieBiases { get; }

    /// <summary>μ + b_u + b_i, not clamped.</summary>
    public float Predict(int user, int movie) => _set.GlobalMean + UserBiases[user] + MovieBiases[movie];

    /// <inheritdoc/>
    public int Score(int user, ReadOnlySpan<int> movies, Span<float> predicted, Span<int> top)
    {
        for (var i = 0; i < movies.Length; i++)
        {
            predicted[i] = Math.Clamp(Predict(user, movies[i]), Rating.MinValue, Rating.MaxValue);
        }

        var listed = 0;
        for (var i = 0; i < _byBias.Length && listed < top.Length; i++)
        {
            if (!_set.Train.MoviesOf(user).Contains(_byBias[i]))
            {
                top[listed++] = _byBias[i];
            }
        }

        return listed;
    }

    // b_row = Σ (r − μ − b_other) / (n + λ)
    private void Fit(float[] biases, float[] others, RatingColumns ratings, double l2)
    {
        for (var row = 0; row < biases.Length; row++)
        {
            var otherRows = ratings.MoviesOf(row);
            var values = ratings.ValuesOf(row);
            var residual = 0.0;
            for (var i = 0; i < values.Length; i++)
            {
                residual += values[i] - _set.GlobalMean - others[otherRows[i]];
            }

            biases[row] = (float)(residual / (values.Length + l2));
        }
    }
}
