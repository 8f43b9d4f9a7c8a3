namespace OnlineCF.Cli.Replay;

/// <summary>
/// How well lists find what a user likes next: one relevant movie a list, so that NDCG@10 is 1 / log2(place + 1) within
/// ten places and Recall@20 whether it is within twenty. Figures are NaN where nothing was measured.
/// </summary>
internal sealed class NextLiked
{
    private const int Short = 10;

    private long _lists;
    private long _hits;
    private long _found;
    private double _gain;
    private long _returnLists;
    private long _returnHits;

    /// <summary>How long the lists must be.</summary>
    public const int ListLength = 20;

    /// <summary>Share of liked ratings whose movie was among the ten recommended just before.</summary>
    public double HitRate10 => (double)_hits / _lists;

    /// <summary>Their mean NDCG@10.</summary>
    public double Ndcg10 => _gain / _lists;

    /// <summary>Share of liked ratings whose movie was among the twenty recommended just before.</summary>
    public double Recall20 => (double)_found / _lists;

    /// <summary>
    /// The hit rate of the lists made from what the user had rated an hour before and earlier: what is offered to one who
    /// comes back.
    /// </summary>
    public double ReturnHitRate10 => (double)_returnHits / _returnLists;

    /// <summary>Takes in where a liked movie stood in the list made just before.</summary>
    /// <param name="place">0 for the first; -1 where it was not among the twenty.</param>
    public void OnLiked(int place)
    {
        _lists++;
        _hits += place is >= 0 and < Short ? 1 : 0;
        _found += place is >= 0 and < ListLength ? 1 : 0;
        _gain += place is >= 0 and < Short ? 1 / Math.Log2(place + 2) : 0;
    }

    /// <summary>Takes in where it stood in the list made from what had been rated an hour before and earlier.</summary>
    public void OnReturn(int place)
    {
        _returnLists++;
        _returnHits += place is >= 0 and < Short ? 1 : 0;
    }
}
