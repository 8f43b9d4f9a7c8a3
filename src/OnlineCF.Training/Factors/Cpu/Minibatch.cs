using OnlineCF.Core.Models;
using OnlineCF.Training.History;

namespace OnlineCF.Training.Factors.Cpu;

/// <summary>The ratings of one step, by their place in the batch, and how far the model is from them.</summary>
internal sealed class Minibatch(RatingColumns ratings, FoldInParameters parameters, int size)
{
    private readonly int[] _users = new int[size];
    private readonly int[] _movies = new int[size];
    private readonly float[] _values = new float[size];
    private readonly float[] _ratingErrors = new float[size];
    private readonly float[] _preferenceErrors = new float[size];
    private readonly float[] _pulls = new float[size];

    /// <summary>How many ratings there are; to be set before they are loaded.</summary>
    public int Count { get; set; }

    /// <summary>User row of each place.</summary>
    public ReadOnlySpan<int> Users => _users.AsSpan(0, Count);

    /// <summary>Movie row of each place.</summary>
    public ReadOnlySpan<int> Movies => _movies.AsSpan(0, Count);

    /// <summary>Predicted stars less given ones, of each place.</summary>
    public ReadOnlySpan<float> RatingErrors => _ratingErrors;

    /// <summary>c (x·y − t) of each place.</summary>
    public ReadOnlySpan<float> Pulls => _pulls;

    /// <summary>Takes the users of the ratings at these positions.</summary>
    public void LoadUsers(ReadOnlySpan<int> positions)
    {
        for (var place = 0; place < positions.Length; place++)
        {
            _users[place] = ratings.Users[positions[place]];
        }
    }

    /// <summary>Takes the movies and values of the ratings at these positions.</summary>
    public void LoadMovies(ReadOnlySpan<int> positions)
    {
        for (var place = 0; place < positions.Length; place++)
        {
            _movies[place] = ratings.Movies[positions[place]];
            _values[place] = ratings.Values[positions[place]];
        }
    }

    /// <summary>Notes what the model says of one place.</summary>
    public void Predicted(int place, float stars, float preference)
    {
        var (weight, target) = parameters.PreferenceOf(_values[place]);
        _ratingErrors[place] = stars - _values[place];
        _preferenceErrors[place] = preference - target;
        _pulls[place] = weight * _preferenceErrors[place];
    }

    /// <summary>Σ (r − r̂)² and Σ c (t − x·y)², added in the order of the places.</summary>
    public EpochLoss Loss()
    {
        var (squared, preference) = (0.0, 0.0);
        for (var place = 0; place < Count; place++)
        {
            squared += _ratingErrors[place] * _ratingErrors[place];
            preference += _pulls[place] * _preferenceErrors[place];
        }

        return new EpochLoss(squared, preference);
    }
}
