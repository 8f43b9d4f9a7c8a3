using OnlineCF.Core.Models;
using OnlineCF.Core.Ratings;
using OnlineCF.Core.Training;
using OnlineCF.Training.Rounds;

namespace OnlineCF.Server.Tests;

/// <summary>What is done to a round.</summary>
public enum Spoiling
{
    Nothing,
    ShuffledLabels,
    LearningRateOfAHundredTimes,
    FactorsThatAreNoNumbers,
}

/// <summary>The real trainer, spoilt where a test says so.</summary>
internal sealed class SpoilingTrainer(IRatingReader log, TimeProvider time) : IModelTrainer
{
    private readonly FactorTrainer _sound = new(log, Options(0.01), time, _ => { });

    public Spoiling Spoiling { get; set; }

    public string Device => _sound.Device;

    public int Threads => _sound.Threads;

    public TrainingResult Train(
        TrainingRequest request, IProgress<EpochReport> progress, CancellationToken cancellationToken)
    {
        switch (Spoiling)
        {
            case Spoiling.ShuffledLabels:
                using (var trainer = new FactorTrainer(new ShuffledLog(log), Options(0.01), time, _ => { }))
                {
                    return trainer.Train(request with { FullRetrain = true }, progress, cancellationToken);
                }

            case Spoiling.LearningRateOfAHundredTimes:
                using (var trainer = new FactorTrainer(log, Options(1), time, _ => { }))
                {
                    return trainer.Train(request with { FullRetrain = true }, progress, cancellationToken);
                }

            case Spoiling.FactorsThatAreNoNumbers:
                return _sound.Train(
                    new TrainingRequest(request.Serving! with { Users = Poisoned(request.Serving.Users) }, false),
                    progress, cancellationToken);
            default:
                return _sound.Train(request, progress, cancellationToken);
        }
    }

    public void Dispose() => _sound.Dispose();

    private static TrainingOptions Options(double learningRate) =>
        new() { EmbeddingDim = 8, BatchSize = 64, LearningRate = learningRate, Device = "cpu" };

    private static FactorTable Poisoned(FactorTable users) => new(
        users.EmbeddingDim, users.Ids, users.Counts, users.Biases, users.RatingFactors,
        Array.ConvertAll(users.RankingFactors, _ => float.NaN));

    /// <summary>The log with the stars of training ratings drawn anew from all stars; the hold-out stays true.</summary>
    private sealed class ShuffledLog(IRatingReader log) : IRatingReader
    {
        public ValueTask<long> ReadEndAsync(CancellationToken cancellationToken) => log.ReadEndAsync(cancellationToken);

        public async ValueTask<LogPage> ReadAsync(long afterSequence, int limit, CancellationToken cancellationToken)
        {
            var page = await log.ReadAsync(afterSequence, limit, cancellationToken);
            var entries = page.Entries.ToArray();
            int[] train = [.. Enumerable.Range(0, entries.Length)
                .Where(i => !HoldOut.Contains(entries[i].UserId, entries[i].MovieId, new TrainingOptions().ValidationFraction))];
            var values = Array.ConvertAll(train, i => entries[i].Value);
            new Random(5).Shuffle(values);
            for (var i = 0; i < train.Length; i++)
            {
                entries[train[i]] = entries[train[i]] with { Value = values[i] };
            }

            return page with { Entries = entries };
        }
    }
}
