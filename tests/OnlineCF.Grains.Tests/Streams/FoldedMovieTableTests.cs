using OnlineCF.Grains.Movies;
using OnlineCF.Grains.Streams;
using OnlineCF.Scoring;

namespace OnlineCF.Grains.Tests.Streams;

public sealed class FoldedMovieTableTests
{
    private static readonly MovieVectors Vectors = new(1, [1], [1]);

    private readonly FoldedMovieTable _table = new();

    [Fact]
    public void Movie_is_due_once_from_its_fifth_rating_on()
    {
        _table.OnRated(7, MovieFolder.MinRatings - 1, 1);
        Assert.Empty(Due());
        _table.OnRated(7, MovieFolder.MinRatings, 1);
        _table.OnRated(7, MovieFolder.MinRatings + 1, 1);
        Assert.Equal([7], Due());
    }

    [Fact]
    public void Movie_is_due_again_when_a_tenth_of_its_ratings_is_news()
    {
        _table.OnRated(7, 100, 100);
        Fold(7);
        _table.OnRated(7, 105, 5);
        Assert.Empty(Due());
        _table.OnRated(7, 110, 6);
        Assert.Equal([7], Due());
    }

    [Fact]
    public void Movie_whose_turn_failed_keeps_its_place()
    {
        _table.OnRated(7, 5, 5);
        _table.OnRated(8, 5, 5);
        Assert.True(_table.TryPeek(out var first));
        _table.OnFolding(first);
        Assert.True(_table.TryPeek(out var again));
        Assert.Equal(first, again);
    }

    [Fact]
    public void Vectors_are_seen_once_they_are_published_and_only_by_who_does_not_know_them()
    {
        _table.OnRated(7, 5, 5);
        Fold(7);
        Assert.Empty(_table.ChangesAfter(0, 10).Movies);
        _table.Publish([7]);
        var (movies, through) = _table.ChangesAfter(0, 10);
        Assert.Equal([7], movies.Select(movie => movie.MovieId));
        Assert.Empty(_table.ChangesAfter(through, 10).Movies);
    }

    [Fact]
    public void Another_model_starts_without_folded_movies()
    {
        _table.Restart(1);
        _table.OnRated(7, 5, 5);
        Fold(7);
        _table.Publish([7]);
        _table.Restart(2);
        Assert.Equal(2, _table.Version);
        Assert.Empty(_table.ChangesAfter(0, 10).Movies);
        _table.OnRated(7, 5, 0);
        Assert.Equal([7], Due());
    }

    private void Fold(long movieId)
    {
        _table.OnFolding(movieId);
        _table.OnFolded(movieId, Vectors);
    }

    private List<long> Due()
    {
        var due = new List<long>();
        while (_table.TryPeek(out var movieId))
        {
            due.Add(movieId);
            Fold(movieId);
        }

        return due;
    }
}
