using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using OnlineCF.Protocol.V1;
using Spectre.Console;

namespace OnlineCF.Cli.Output;

/// <summary>How values look in tables; invariant culture, whatever the terminal's language.</summary>
internal static class Tables
{
    /// <summary>A table with these columns; those that start with '#' are numbers, right-aligned.</summary>
    public static Table Create(params string[] columns)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var column in columns)
        {
            table.AddColumn(column.StartsWith('#')
                ? new TableColumn(Markup.Escape(column[1..])).RightAligned().NoWrap()
                : new TableColumn(Markup.Escape(column)));
        }

        return table;
    }

    /// <summary>Adds a row of plain text: titles may hold what markup would take for its own.</summary>
    public static void Add(this Table table, params string[] cells) =>
        table.AddRow(cells.Select(x => new Text(Printable.Of(x))));

    /// <summary>The title, or the id of a movie without one.</summary>
    public static string Title(Movie? movie) => movie switch
    {
        null => "",
        { Title: "" } => $"movie {Show(movie.MovieId)}",
        _ => ReadableTitle.Of(movie.Title),
    };

    /// <summary>The year; empty when unknown.</summary>
    public static string Year(Movie? movie) => movie is { Year: > 0 } ? Number(movie.Year) : "";

    /// <summary>The genres.</summary>
    public static string Genres(Movie? movie) => string.Join(", ", movie?.Genres ?? []);

    /// <summary>A count with thousands marked.</summary>
    public static string Show(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>So many of a thing: "1 epoch", "2 epochs".</summary>
    public static string Count(long count, string thing) => $"{Show(count)} {thing}{(count == 1 ? "" : "s")}";

    /// <summary>A number without marks, for ids, years and versions.</summary>
    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>What stands where nothing was measured.</summary>
    public const string NotMeasured = "–";

    /// <summary>A figure; a dash for one that was not measured.</summary>
    public static string Figure(double figure, string format = "0.0000") =>
        double.IsFinite(figure) ? figure.ToString(format, CultureInfo.InvariantCulture) : NotMeasured;

    /// <summary>A measured figure; a dash when absent.</summary>
    public static string Figure(double? figure) => Figure(figure ?? double.NaN);

    /// <summary>A moment, UTC to the minute.</summary>
    public static string Moment(Timestamp? moment) =>
        moment?.ToDateTimeOffset().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "";

    /// <summary>Bytes in MB.</summary>
    public static string Megabytes(long bytes) => (bytes / 1e6).ToString("0.0", CultureInfo.InvariantCulture) + " MB";
}
