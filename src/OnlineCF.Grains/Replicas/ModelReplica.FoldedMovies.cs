using OnlineCF.Scoring;

namespace OnlineCF.Grains.Replicas;

/// <summary>
/// Movies folded in since the snapshot was trained. They are published together, at most once a second: each time
/// wakes all who wait for <see cref="ModelReplica.Changed"/>.
/// </summary>
public sealed partial class ModelReplica
{
    private static readonly TimeSpan FoldedPeriod = TimeSpan.FromSeconds(1);

    private readonly Dictionary<long, FoldedMovie> _folded = [];
    private long? _foldedPublished;
    private ITimer? _foldedTimer;

    /// <summary>
    /// Adds folded-in movies to the serving model if it is of that version, else nothing; of a movie that comes
    /// twice the later vectors count. They serve at once or within a second.
    /// </summary>
    /// <exception cref="ArgumentException">A vector is not one stride long or not finite; none is added.</exception>
    public void AddMovies(long version, IReadOnlyCollection<FoldedMovie> batch)
    {
        lock (_swapping)
        {
            if (_current is not { } model || model.Version != version || batch.Count == 0)
            {
                return;
            }

            foreach (var movie in batch)
            {
                model.RequireFit(movie);
            }

            foreach (var movie in batch)
            {
                _folded[movie.MovieId] = movie;
            }

            if (_foldedTimer is not null)
            {
                return;
            }

            if (_foldedPublished is { } published && Time.GetElapsedTime(published) is var passed && passed < FoldedPeriod)
            {
                _foldedTimer = Time.CreateTimer(
                    _ => PublishFolded(), null, FoldedPeriod - passed, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        PublishFolded();
    }

    private void PublishFolded()
    {
        lock (_swapping)
        {
            _foldedTimer?.Dispose();
            (_foldedTimer, _foldedPublished) = (null, Time.GetTimestamp());
            if (_current is not { } model || _folded.Count == 0)
            {
                return;
            }

            Volatile.Write(ref _current, model.WithMovies(_folded.Values));
            _folded.Clear();
        }

        _changed.Raise();
    }
}
