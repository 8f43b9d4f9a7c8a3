namespace OnlineCF.Training.Evaluation;

/// <summary>What is measured: a model or a baseline. Called from several threads at once.</summary>
internal interface IUserScorer
{
    /// <summary>Predicts stars for some movies and lists the best movies the user did not rate in training.</summary>
    /// <param name="user">User row of the training set.</param>
    /// <param name="movies">Movie rows to predict; rows past the trained ones are movies the model cannot know.</param>
    /// <param name="stars">Takes the predictions.</param>
    /// <param name="top">Takes the list, best first; empty when no list is wanted.</param>
    /// <returns>How many movies were listed.</returns>
    public int Score(int user, ReadOnlySpan<int> movies, Span<float> stars, Span<int> top);
}
