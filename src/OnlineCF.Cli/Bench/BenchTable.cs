using OnlineCF.Cli.Output;

namespace OnlineCF.Cli.Bench;

/// <summary>Shows a run to people.</summary>
internal static class BenchTable
{
    /// <summary>One row a part, each with its ceiling, and below it what needs a sentence.</summary>
    public static void Write(Terminal terminal, BenchResult result, int batchSize)
    {
        var table = Tables.Create("", "#per second", "#of", "its ceiling", "#p50 ms", "#p95 ms", "#p99 ms", "#max ms");
        Add(table, "empty rpc", result.Ceilings.EmptyRpc, "");
        Add(table, "lists", result.Lists, "empty rpc");
        if (result is { Training: { } training, Ratings: { } ratings, Mixed: { } mixed })
        {
            Add(table, "lists in a round", training.Lists, "lists");
            Add(table, "lists beside ratings", mixed.Lists, "lists");
            Add(table, $"ratings by {Tables.Show(batchSize)}", ratings, "raw inserts");
            table.Add("raw inserts", Tables.Show((long)result.Ceilings.InsertsPerSecond), "", "", "", "", "", "");
        }

        terminal.Write(table);
        terminal.WriteLine("Speed is what the server takes at most; latencies are at half of it, from when a call was due.");
        terminal.WriteLine($"{Tables.Figure(100 * result.PersonalizedShare, "0")} % of the lists were personal.");
        if (result.Training is { } rounds)
        {
            terminal.WriteLine(
                $"A plain pass over the factors takes {Tables.Figure(result.Ceilings.PassMs, "0.000")} ms. "
                + $"Beside lists a round has {Tables.Figure(rounds.RoundOfAlone, "0.00")} of its speed alone; "
                + $"lists beside ratings had {Tables.Show((long)result.Mixed!.RatingsPerSecond)} of them a second.");
        }
    }

    private static void Add(Spectre.Console.Table table, string what, BenchPart part, string ceiling) => table.Add(
        what, Tables.Show((long)part.PerSecond), ceiling.Length == 0 ? "" : Tables.Figure(part.OfCeiling, "0.00"), ceiling,
        Tables.Figure(part.Latency.P50Ms, "0.00"), Tables.Figure(part.Latency.P95Ms, "0.00"),
        Tables.Figure(part.Latency.P99Ms, "0.00"), Tables.Figure(part.Latency.MaxMs, "0.00"));
}
