using Microsoft.Extensions.Time.Testing;
using OnlineCF.Cli.Demo;
using OnlineCF.Cli.Generate;
using OnlineCF.Cli.Import;

namespace OnlineCF.Cli.Tests.Demo;

public sealed class LiveRatingsTests
{
    private const int Some = 4000;
    private readonly FakeTimeProvider _time = new();
    private readonly SyntheticWorld _world = new(new SyntheticWorldOptions(200, 300, 10_000, Seed: 42));

    [Fact]
    public void A_genre_in_fashion_is_seen_more_often_and_gets_more_stars()
    {
        var fashions = new List<string>();
        var source = new LiveRatings(_world, _time) { FashionChanged = fashions.Add };

        var before = Read(source);
        Assert.Empty(fashions);
        _time.Advance(LiveRatings.FashionLength);
        var during = Read(source);
        _time.Advance(LiveRatings.FashionLength);
        var after = Read(source);

        Assert.Equal(["Sci-Fi", "Romance"], fashions);
        Assert.True(Share(during) > 2 * Share(before), $"{Share(before)}, {Share(during)}");
        Assert.True(Share(after) < 1.5 * Share(before), $"{Share(before)}, {Share(after)}");
        Assert.True(Mean(during) > Mean(before) + 0.5, $"{Mean(before)}, {Mean(during)}");
        Assert.InRange(Mean(after), Mean(before) - 0.3, Mean(before) + 0.3);
    }

    [Fact]
    public void Ratings_are_valid_and_of_now()
    {
        _time.Advance(LiveRatings.FashionLength);
        Assert.All(Read(new LiveRatings(_world, _time)), rating =>
        {
            Assert.InRange(rating.UserId, 1, _world.Options.Users);
            Assert.InRange(rating.MovieId, 1, _world.Options.Movies);
            Assert.InRange(rating.Value, 0.5f, 5);
            Assert.Equal(0, rating.Value * 2 % 1);
            Assert.Equal(_time.GetUtcNow().ToUnixTimeMilliseconds() * 1000, rating.RatedAtMicros);
        });
    }

    private static List<ParsedRating> Read(LiveRatings source) =>
        [.. Enumerable.Range(0, Some).Select(_ => source.TryRead(out var rating) ? rating : throw new InvalidOperationException("It ended."))];

    private bool IsSciFi(ParsedRating rating) => _world.Movies[(int)rating.MovieId - 1].Genres.Contains("Sci-Fi");

    private double Share(List<ParsedRating> ratings) => (double)ratings.Count(IsSciFi) / ratings.Count;

    private double Mean(List<ParsedRating> ratings) => ratings.Where(IsSciFi).Average(x => x.Value);
}
