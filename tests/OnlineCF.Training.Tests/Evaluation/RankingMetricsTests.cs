using OnlineCF.Training.Evaluation;

namespace OnlineCF.Training.Tests.Evaluation;

public sealed class RankingMetricsTests
{
    [Fact]
    public void Ndcg_of_hits_at_the_first_and_third_rank_of_three_relevant()
    {
        // (1 + 1/log2 4) / (1 + 1/log2 3 + 1/log2 4)
        Assert.Equal(1.5 / 2.1309297535714575, RankingMetrics.Ndcg([true, false, true], relevant: 3, cutoff: 10), 12);
    }

    [Fact]
    public void Ndcg_of_a_perfect_list_is_one_however_many_are_relevant()
    {
        bool[] hits = [.. Enumerable.Repeat(true, 10)];

        Assert.Equal(1, RankingMetrics.Ndcg(hits, relevant: 10, cutoff: 10), 12);
        Assert.Equal(1, RankingMetrics.Ndcg(hits, relevant: 500, cutoff: 10), 12);
    }

    [Fact]
    public void Hits_after_the_cutoff_do_not_count()
    {
        bool[] hits = [.. Enumerable.Repeat(false, 10), true];

        Assert.Equal(0, RankingMetrics.Ndcg(hits, relevant: 1, cutoff: 10));
        Assert.Equal(0, RankingMetrics.Hits(hits, 10));
        Assert.Equal(1, RankingMetrics.Recall(hits, relevant: 1, cutoff: 20));
    }

    [Fact]
    public void Recall_is_over_what_the_list_could_hold()
    {
        bool[] hits = [.. Enumerable.Repeat(true, 5), .. Enumerable.Repeat(false, 15)];

        Assert.Equal(5 / 20.0, RankingMetrics.Recall(hits, relevant: 40, cutoff: 20));
        Assert.Equal(5 / 8.0, RankingMetrics.Recall(hits, relevant: 8, cutoff: 20));
    }
}
