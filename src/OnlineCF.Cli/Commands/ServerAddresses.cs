namespace OnlineCF.Cli.Commands;

/// <summary>Where a server is: the addresses of its silos.</summary>
/// <param name="All">One at least.</param>
internal sealed record ServerAddresses(IReadOnlyList<Uri> All)
{
    /// <summary>Names what is known of it on this side: silos come and go, and share one log.</summary>
    public Uri First => All[0];

    /// <summary>As somebody wrote them.</summary>
    public override string ToString() => string.Join(',', All.Select(x => x.OriginalString));
}
