using OnlineCF.Core.Models;

namespace OnlineCF.Scoring;

/// <summary>
/// What serving needs of one snapshot, and the movies folded in since it was trained, as they stand at one moment.
/// Immutable and small: new movies make a new model that shares everything of the snapshot, so an answer that has read
/// the model once stays whole. Rows below the snapshot's movie count are the snapshot's; the rows above them are
/// folded in, and keep their place in all later models of the snapshot.
/// </summary>
public sealed class ServingModel
{
    private readonly SnapshotFigures _figures;
    private readonly FoldedMovies _folded;
    private readonly int _trained;

    private readonly ServingModel? _sittings;

    private ServingModel(SnapshotFigures figures, FoldedMovies folded, ServingModel? sittings)
    {
        (_figures, _folded, _sittings) = (figures, folded, sittings);
        Snapshot = figures.Snapshot;
        Stride = Snapshot.Movies.Stride;
        _trained = Snapshot.Movies.Count;
    }

    /// <summary>The trained factors.</summary>
    public FactorSnapshot Snapshot { get; }

    /// <summary>The snapshot's version.</summary>
    public long Version => Snapshot.Version;

    /// <summary>
    /// The same object in all models of one snapshot, and in no other. Whoever keeps it knows later whether what was
    /// computed still belongs to the model, and keeps no model alive by it.
    /// </summary>
    public object Generation => _figures.Generation;

    /// <summary>How many batches of folded-in movies this model has taken since its snapshot.</summary>
    public long FoldedChange => _folded.Change;

    /// <summary>Floats a row of factors, padding included.</summary>
    public int Stride { get; }

    /// <summary>G = YᵀY of the snapshot's ranking factors of movies, stride × stride, row-major.</summary>
    public ReadOnlyMemory<float> Gramian => _figures.MovieGramian;

    /// <summary>
    /// Σ w x xᵀ of the snapshot's ranking factors of users, stride × stride, row-major. Computed at first use, once
    /// for all models of the snapshot: for 200,000 users of dimension 50 that takes tens of milliseconds.
    /// </summary>
    public ReadOnlyMemory<float> UserGramian => _figures.UserGramian.Value;

    /// <summary>w of the snapshot's users.</summary>
    internal float[] UserWeights => _figures.UserWeights.Value;

    /// <summary>Training ratings of a movie of the snapshot, on average.</summary>
    internal double RatingsPerMovie => _figures.RatingsPerMovie;

    /// <summary>ȳ, the mean of the snapshot's ranking rows of movies, each as often as it was rated.</summary>
    internal ReadOnlySpan<float> MeanMovie => _figures.MeanMovie;

    /// <summary>The snapshot's movies and those folded in.</summary>
    public int MovieCount => _trained + _folded.Count;

    /// <summary>1/|y| of the snapshot's movies; NaN for a row of zeros.</summary>
    internal ReadOnlySpan<float> TrainedInverseNorms => _figures.InverseNorms;

    /// <summary>Computes the Gramian, the norms and what lists look at first: a few passes over the movie factors.</summary>
    public static ServingModel Create(FactorSnapshot snapshot) => new(
        new SnapshotFigures(snapshot), FoldedMovies.None,
        snapshot.SittingMovies is { } sittings
            ? new ServingModel(new SnapshotFigures(snapshot with { Movies = sittings, SittingMovies = null }), FoldedMovies.None, null)
            : null);

    /// <summary>
    /// The model that lists are made from at a heat: itself, or in a warm sitting one whose ranking factors are those of
    /// sittings. Both have the same rows.
    /// </summary>
    public ServingModel At(float heat) => heat >= SittingHeat.Warm && _sittings is not null ? _sittings : this;

    /// <summary>The movie's row, or -1 when the model does not know it.</summary>
    public int RowOf(long movieId)
    {
        var row = Snapshot.Movies.RowOf(movieId);
        return row < 0 && _folded.IndexOf(movieId) is var index and >= 0 ? _trained + index : row;
    }

    /// <summary>Whether one of the movies got factors after <see cref="FoldedChange"/> stood at <paramref name="change"/>.</summary>
    public bool HasFoldedSince(long change, ReadOnlySpan<long> movieIds)
    {
        if (change == _folded.Change)
        {
            return false;
        }

        foreach (var movieId in movieIds)
        {
            if (_folded.IndexOf(movieId) is var index and >= 0 && _folded[index].Change > change)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The movie of a row.</summary>
    public long MovieIdOf(int row) => row < _trained ? Snapshot.Movies.Ids[row] : _folded[row - _trained].MovieId;

    /// <summary>b_i of a row, in stars.</summary>
    public float BiasOf(int row) => row < _trained ? Snapshot.Movies.Biases[row] : _folded[row - _trained].Vectors.Bias;

    /// <summary>q of a row, one stride long.</summary>
    public ReadOnlySpan<float> RatingRow(int row) =>
        row < _trained ? Snapshot.Movies.RatingRow(row) : _folded[row - _trained].Vectors.Rating;

    /// <summary>y of a row, one stride long.</summary>
    public ReadOnlySpan<float> RankingRow(int row) =>
        row < _trained ? Snapshot.Movies.RankingRow(row) : _folded[row - _trained].Vectors.Ranking;

    /// <summary>
    /// This model and these movies, or with new factors for those folded in before, which keep their rows. Movies of
    /// the snapshot keep their trained factors; the Gramian stays that of the snapshot.
    /// </summary>
    /// <exception cref="ArgumentException">A vector is not one stride long or not finite.</exception>
    public ServingModel WithMovies(IEnumerable<FoldedMovie> batch)
    {
        FoldedMovie[] news = [.. batch.Where(movie => Snapshot.Movies.RowOf(movie.MovieId) < 0)];
        return news.Length == 0 ? this : new ServingModel(_figures, _folded.With(news, Stride), _sittings?.WithMovies(news.Select(_figures.ToSittings)));
    }

    /// <summary>Nothing, when the model could take the movie.</summary>
    /// <exception cref="ArgumentException">A vector is not one stride long or not finite.</exception>
    public void RequireFit(FoldedMovie movie) => FoldedRow.Create(movie, Stride, 0);

    /// <summary>The snapshot's ranking rows of movies, for a first look.</summary>
    internal ScreenTable Screen => _figures.Screen;

    /// <summary>A bound of |y| of a row that was folded in.</summary>
    internal float NormOfFolded(int row) => _folded[row - _trained].Norm;

    /// <summary>1/|y| of a row; NaN for a row of zeros.</summary>
    internal float InverseNormOf(int row) =>
        row < _trained ? _figures.InverseNorms[row] : _folded[row - _trained].InverseNorm;
}
