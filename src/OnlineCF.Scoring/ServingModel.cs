using System.Collections.Immutable;
using OnlineCF.Core.Models;

namespace OnlineCF.Scoring;

/// <summary>
/// What serving needs of one snapshot, and the movies folded in since it was trained. Immutable: a new movie
/// makes a new model that shares the snapshot's arrays, so an answer that has read the model once stays whole.
/// Rows below the snapshot's movie count are the snapshot's; the rows above them are folded in.
/// </summary>
public sealed class ServingModel
{
    private readonly SnapshotFigures _figures;
    private readonly FoldedMovie[] _folded;
    private readonly ImmutableDictionary<long, int> _foldedRows;
    private readonly int _trained;

    private ServingModel(SnapshotFigures figures, FoldedMovie[] folded, ImmutableDictionary<long, int> foldedRows)
    {
        (_figures, _folded, _foldedRows) = (figures, folded, foldedRows);
        Snapshot = figures.Snapshot;
        Stride = Snapshot.Movies.Stride;
        _trained = Snapshot.Movies.Count;
    }

    /// <summary>The trained factors.</summary>
    public FactorSnapshot Snapshot { get; }

    /// <summary>The snapshot's version.</summary>
    public long Version => Snapshot.Version;

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
    public int MovieCount => _trained + _folded.Length;

    /// <summary>1/|y| of the snapshot's movies; NaN for a row of zeros.</summary>
    internal ReadOnlySpan<float> TrainedInverseNorms => _figures.InverseNorms;

    /// <summary>Computes the Gramian and the norms: one pass over the movie factors.</summary>
    public static ServingModel Create(FactorSnapshot snapshot) =>
        new(new SnapshotFigures(snapshot), [], ImmutableDictionary<long, int>.Empty);

    /// <summary>The movie's row, or -1 when the model does not know it.</summary>
    public int RowOf(long movieId)
    {
        var row = Snapshot.Movies.RowOf(movieId);
        return row >= 0 ? row : _foldedRows.GetValueOrDefault(movieId, -1);
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
    /// This model and one movie more, or with new factors for a movie folded in before, which keeps its row.
    /// A movie of the snapshot keeps its trained factors: the model comes back as it is. The Gramian stays
    /// that of the snapshot. The arrays are taken over and must not be written any more.
    /// </summary>
    /// <exception cref="ArgumentException">The vectors are not one stride long or not finite.</exception>
    public ServingModel WithMovie(long movieId, MovieVectors vectors)
    {
        if (Snapshot.Movies.RowOf(movieId) >= 0)
        {
            return this;
        }

        var movie = FoldedMovie.Create(movieId, vectors, Stride);
        if (_foldedRows.TryGetValue(movieId, out var row))
        {
            var replaced = (FoldedMovie[])_folded.Clone();
            replaced[row - _trained] = movie;
            return new ServingModel(_figures, replaced, _foldedRows);
        }

        return new ServingModel(_figures, [.. _folded, movie], _foldedRows.Add(movieId, MovieCount));
    }

    /// <summary>1/|y| of a row; NaN for a row of zeros.</summary>
    internal float InverseNormOf(int row) =>
        row < _trained ? _figures.InverseNorms[row] : _folded[row - _trained].InverseNorm;
}
