namespace OnlineCF.Cli.Import;

/// <summary>What the server has answered so far.</summary>
internal readonly record struct ImportTotals(long Accepted, long Duplicate, long Stale, long Rejected)
{
    /// <summary>All answered ratings.</summary>
    public long Ratings => Accepted + Duplicate + Stale + Rejected;

    /// <summary>Sums two.</summary>
    public static ImportTotals operator +(ImportTotals a, ImportTotals b) =>
        new(a.Accepted + b.Accepted, a.Duplicate + b.Duplicate, a.Stale + b.Stale, a.Rejected + b.Rejected);
}
