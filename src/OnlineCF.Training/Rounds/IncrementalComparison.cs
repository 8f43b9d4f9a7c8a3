using OnlineCF.Core.Models;
using OnlineCF.Core.Ratings;
using OnlineCF.Core.Training;

namespace OnlineCF.Training.Rounds;

/// <summary>
/// Streams ratings in order and trains an incremental round every so many; at each checkpoint another model is
/// trained from random initial values on the same ratings, and both are measured on the same hold-out.
/// </summary>
public static class IncrementalComparison
{
    /// <summary>One checkpoint after the other; the first, where both are trained in full, is left out.</summary>
    /// <param name="ratings">In the order in which they come.</param>
    /// <param name="every">Ratings from one checkpoint to the next; the rest at the end has none.</param>
    /// <param name="options">Settings of both.</param>
    /// <param name="log">Takes a line for people when libtorch had to be adapted to this system.</param>
    /// <param name="cancellationToken">Seen between minibatches.</param>
    public static IEnumerable<ComparedRound> Run(
        IReadOnlyList<Rating> ratings, int every, TrainingOptions options, Action<string> log,
        CancellationToken cancellationToken)
    {
        var stream = new ArrivingRatings(ratings);
        using var incremental = new FactorTrainer(stream, options, TimeProvider.System, log);
        FactorSnapshot? serving = null;
        var rejected = false;
        while (stream.LastSequence + every <= ratings.Count)
        {
            stream.LastSequence += every;
            var round = incremental.Train(new TrainingRequest(serving, rejected), new Unheard(), cancellationToken);
            if (serving is not null)
            {
                using var anew = new FactorTrainer(stream, options, TimeProvider.System, log);
                var full = anew.Train(new TrainingRequest(null, true), new Unheard(), cancellationToken);
                yield return new ComparedRound(
                    stream.LastSequence, round.Passed, round.Passed ? round.Figures : round.Serving, full.Figures,
                    round.RatingsPassed, full.RatingsPassed);
            }

            // As the service does: what an incremental round could not improve is trained in full the next time.
            rejected = !round.Passed && !round.FullRetrain;
            serving = round.Passed || serving is null ? round.Candidate : serving;
        }
    }

    private sealed class Unheard : IProgress<EpochReport>
    {
        public void Report(EpochReport value)
        {
        }
    }

    /// <summary>The part of a rating log that a trainer reads: the ratings up to the last sequence, which is set.</summary>
    private sealed class ArrivingRatings(IReadOnlyList<Rating> ratings) : IRatingReader
    {
        public long LastSequence { get; set; }

        public ValueTask<long> ReadEndAsync(CancellationToken cancellationToken) => new(LastSequence);

        public ValueTask<LogPage> ReadAsync(long afterSequence, int limit, CancellationToken cancellationToken)
        {
            var entries = new RatingEntry[Math.Min(limit, LastSequence - afterSequence)];
            for (var i = 0; i < entries.Length; i++)
            {
                var rating = ratings[(int)afterSequence + i];
                entries[i] = new RatingEntry(
                    afterSequence + i + 1, RatingEntryKind.Rated, rating.UserId, rating.MovieId, rating.Value, rating.RatedAtMicros);
            }

            return ValueTask.FromResult(new LogPage(entries, 0));
        }
    }
}

/// <summary>A checkpoint of an incremental model beside one trained in full.</summary>
/// <param name="Ratings">How many ratings have come.</param>
/// <param name="Promoted">Whether the incremental round passed the gate; else what served before is measured.</param>
/// <param name="Incremental">Its figures.</param>
/// <param name="Full">Those of the model trained in full, on the same hold-out.</param>
/// <param name="IncrementalPassed">Ratings the incremental round's minibatches passed over.</param>
/// <param name="FullPassed">The same of the full one.</param>
public sealed record ComparedRound(
    long Ratings, bool Promoted, ModelFigures Incremental, ModelFigures Full, long IncrementalPassed, long FullPassed)
{
    /// <summary>Incremental RMSE over full; above 1 is worse.</summary>
    public double RmseRatio => Incremental.ValidationRmse / Full.ValidationRmse;

    /// <summary>Incremental NDCG@10 over full; below 1 is worse.</summary>
    public double NdcgRatio => Incremental.ValidationNdcg10 / Full.ValidationNdcg10;

    /// <summary>Training steps of the incremental round over those of the full one.</summary>
    public double StepShare => (double)IncrementalPassed / FullPassed;
}
