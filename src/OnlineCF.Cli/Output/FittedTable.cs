using Spectre.Console;

namespace OnlineCF.Cli.Output;

/// <summary>A table that leaves out its less needed columns where there is little room.</summary>
internal sealed class FittedTable
{
    private const char OnlyWithRoom = '?';
    private readonly bool[] _kept;

    /// <summary>As <see cref="Tables.Create"/>; columns that start with '?' are for wide terminals alone.</summary>
    public FittedTable(bool isNarrow, params string[] columns)
    {
        _kept = Array.ConvertAll(columns, x => !isNarrow || x[0] != OnlyWithRoom);
        Table = Tables.Create([.. columns.Where((_, i) => _kept[i]).Select(x => x.TrimStart(OnlyWithRoom))]);
    }

    /// <summary>The table itself.</summary>
    public Table Table { get; }

    /// <summary>Adds a row with a cell for every column, also for those left out.</summary>
    public void Add(params string[] cells) => Table.Add([.. cells.Where((_, i) => _kept[i])]);
}
