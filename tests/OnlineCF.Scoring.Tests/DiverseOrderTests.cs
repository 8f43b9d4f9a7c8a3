namespace OnlineCF.Scoring.Tests;

public sealed class DiverseOrderTests
{
    private readonly ServingModel _model = TestModels.Model(3, 300, 16);

    [Fact]
    public void Without_diversity_the_order_stays()
    {
        var top = Top(40);
        var ordered = top.ToArray();

        DiverseOrder.Apply(_model, ordered, 10, 0);

        Assert.Equal(top, ordered);
    }

    [Theory]
    [InlineData(0.1f)]
    [InlineData(0.3f)]
    [InlineData(0.7f)]
    [InlineData(1f)]
    public void Each_place_is_that_of_the_definition(float diversity)
    {
        var candidates = Top(150);
        var left = candidates.ToList();
        var expected = new List<ScoredRow>();
        var (first, least) = (candidates[0].Score, candidates[99].Score);
        var discounts = Enumerable.Range(1, 10).Select(place => 1 / Math.Log2(place + 1)).ToArray();
        while (expected.Count < 12)
        {
            var place = Math.Min(expected.Count, 9);
            var reach = candidates.Take(Math.Max(100, 10 * (expected.Count + 1))).ToHashSet();
            double Relevance(ScoredRow movie) => Math.Pow(Math.Max(0, movie.Score - least) / (first - least), 2) * discounts[place] / discounts.Sum();
            double Likeness(ScoredRow movie) => expected.Count == 0 ? 0 : expected.Average(chosen => Cosine(chosen.Row, movie.Row)) * place / 45;
            var next = left.Where(reach.Contains).MaxBy(movie => ((1 - diversity) * Relevance(movie)) - (diversity * Likeness(movie)));
            expected.Add(next);
            left.Remove(next);
        }

        DiverseOrder.Apply(_model, candidates, 12, diversity);

        Assert.Equal(expected, candidates.Take(12));
        Assert.Equal(150, candidates.Distinct().Count());
    }

    [Fact]
    public void Longer_list_begins_as_one_of_ten_does()
    {
        var (ten, thirty) = (Top(DiverseOrder.CandidatesFor(10)), Top(DiverseOrder.CandidatesFor(30)));

        DiverseOrder.Apply(_model, ten, 10, 0.3f);
        DiverseOrder.Apply(_model, thirty, 30, 0.3f);

        Assert.Equal(ten.Take(10), thirty.Take(10));
    }

    [Fact]
    public void More_diversity_makes_lists_less_alike()
    {
        double[] likeness = [.. new[] { 0, 0.3f, 0.8f }.Select(diversity =>
        {
            var candidates = Top(100);
            DiverseOrder.Apply(_model, candidates, 10, diversity);
            return candidates.Take(10).SelectMany((a, i) => candidates.Take(i).Select(b => Cosine(a.Row, b.Row))).Average();
        })];

        Assert.True(likeness[0] > likeness[1] && likeness[1] > likeness[2], string.Join(", ", likeness));
    }

    [Theory]
    [InlineData(1, 10)]
    [InlineData(10, 100)]
    [InlineData(100, 1000)]
    [InlineData(1000, 1000)]
    public void Candidates_are_ten_times_the_list_and_at_most_a_thousand(int count, int candidates) =>
        Assert.Equal(candidates, DiverseOrder.CandidatesFor(count));

    private double Cosine(int a, int b)
    {
        double Dot(int i, int j) => DotKernel.Dot(_model.RankingRow(i), _model.RankingRow(j));
        return Dot(a, b) / Math.Sqrt(Dot(a, a) * Dot(b, b));
    }

    private ScoredRow[] Top(int count)
    {
        var top = new ScoredRow[count];
        TopNScorer.Top(_model, UserFoldIn.Fold(_model, [new(1, 5), new(7, 4), new(20, 5)]).Ranking, null, top);
        return top;
    }
}
