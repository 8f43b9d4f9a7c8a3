namespace OnlineCF.Benchmarks;

/// <summary>Figures for people.</summary>
internal static class Report
{
    private const double Gigabyte = 1e9;

    /// <summary>A table of contestants.</summary>
    public static void Speed(WorldShape shape, int target, IReadOnlyList<SpeedFigure> figures)
    {
        Console.WriteLine(FormattableString.Invariant($"{shape.Users:#,0} users × {shape.Movies:#,0} movies, target {target} times"));
        foreach (var figure in figures)
        {
            Console.WriteLine(FormattableString.Invariant(
                $"  {figure.Name,-46} {figure.RatingsPerSecond,12:#,0} ratings/s {figure.Ratio,8:0.0} times"));
        }
    }

    /// <summary>A line on memory.</summary>
    public static void Memory(MemoryFigure figure) => Console.WriteLine(FormattableString.Invariant(
        $"{figure.TrainedRatings:#,0} ratings trained in {figure.Elapsed.TotalSeconds:0} s: factor tables and moments {figure.TableBytes / Gigabyte:0.00} GB, beyond them {figure.BeyondTablesBytes / Gigabyte:0.00} GB"));

    /// <summary>A line on lists.</summary>
    public static void List(ListTimes times) => Console.WriteLine(FormattableString.Invariant(
        $"{times.Movies,9:#,0} movies, lengths by rank^-{times.Decay:0.00}: plain pass {times.Plain:0.000} ms, ten best {times.List:0.000} ms, {times.List / times.Plain:0.000} of it"));
}
