using System.Globalization;
using BenchmarkDotNet.Running;
using OnlineCF.Benchmarks;

// training             speed of training against the seed's loop, in one run
// lists                speed of lists against a plain pass over the factors, in one run
// memory [RATINGS]     memory of a training round, 32,000,000 ratings by default
// anything else        BenchmarkDotNet's own arguments, such as --filter '*'
switch (args)
{
    case ["training"]:
        foreach (var (shape, target) in new[]
        {
            (new WorldShape(6_040, 3_706, 1_000_000), 3), (new WorldShape(200_000, 87_000, 4_000_000), 80),
        })
        {
            Report.Speed(shape, target, TrainingSpeed.Measure(shape, turns: 5, TimeSpan.FromSeconds(1)));
        }

        break;
    case ["lists"]:
        foreach (var movies in new[] { 87_000, 1_000_000 })
        {
            foreach (var decay in new[] { 0.5f, 0.25f, 0 })
            {
                Report.List(ListSpeed.Measure(movies, decay, turns: movies > 100_000 ? 3 : 20));
            }
        }

        break;
    case ["memory", ..]:
        var ratings = args.Length > 1 ? long.Parse(args[1], CultureInfo.InvariantCulture) : 32_000_000;
        Report.Memory(TrainingMemory.Measure(new WorldShape(200_000, 87_000, ratings), Console.Error.WriteLine));
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Report).Assembly).Run(args);
        break;
}
