namespace OnlineCF.Training.Factors.Cpu;

/// <summary>What the places of a minibatch draw of the side that is not moved.</summary>
/// <param name="side">The other side.</param>
/// <param name="rows">Its row of each place.</param>
/// <param name="batch">The errors of each place.</param>
/// <param name="gramian">The other side's.</param>
internal readonly ref struct Others(HeadSide side, ReadOnlySpan<int> rows, Minibatch batch, SideGramian gramian)
{
    /// <summary>The other side.</summary>
    public HeadSide Side { get; } = side;

    /// <summary>Its row of each place.</summary>
    public ReadOnlySpan<int> Rows { get; } = rows;

    /// <summary>The errors of each place.</summary>
    public Minibatch Batch { get; } = batch;

    /// <summary>The other side's Gramian.</summary>
    public SideGramian Gramian { get; } = gramian;
}
