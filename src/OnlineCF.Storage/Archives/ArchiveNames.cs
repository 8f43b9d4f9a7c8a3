using System.Globalization;

namespace OnlineCF.Storage.Archives;

/// <summary>The files of an archive.</summary>
internal static class ArchiveNames
{
    public const string RatingsCsv = "ratings.csv";
    public const string RatingsParquet = "ratings.parquet";
    public const string MoviesCsv = "movies.csv";
    public const string MoviesParquet = "movies.parquet";
    public const string Log = "log.parquet";
    public const string Statistics = "statistics.parquet";
    public const string Rounds = "rounds.json";

    public static string ModelOf(long version) => string.Create(CultureInfo.InvariantCulture, $"models/snapshot-{version}.ocf");

    public static string FactorsOf(string name) => $"factors/{name}.npy";
}
