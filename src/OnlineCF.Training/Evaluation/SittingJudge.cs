using System.Buffers;
using OnlineCF.Core.Models;
using OnlineCF.Core.Ratings;
using OnlineCF.Scoring;
using OnlineCF.Training.Factors.Cpu;
using OnlineCF.Training.History;

namespace OnlineCF.Training.Evaluation;

/// <summary>
/// Compares a candidate's two tables where the second would serve: just before a liked rating of the hold-out that came in
/// a warm sitting, the list is made from the user's training ratings until then, by the one and by the other, and the movie
/// is looked for in both.
/// </summary>
internal sealed class SittingJudge(TrainingSet set, int threads)
{
    /// <summary>So many places are looked at.</summary>
    private const int ListLength = 20;

    /// <summary>Enough to tell a difference of a few hundredths of the hits; they are spread evenly over the users.</summary>
    private const int MaxMoments = 2000;

    /// <summary>Fewer say nothing.</summary>
    private const int LeastMoments = 50;

    private const int MomentsAPiece = 4;

    /// <summary>Whether the sittings' table finds more: by NDCG, each moment having one relevant movie. Without a hold-out it is believed.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; seen between moments.</exception>
    public bool PrefersSittings(FactorSnapshot candidate, CancellationToken cancellationToken)
    {
        var moments = Moments();
        if (set.HoldOut.Count == 0 || moments.Count < LeastMoments)
        {
            return set.HoldOut.Count == 0;
        }

        var model = ServingModel.Create(candidate);
        var gains = new double[moments.Count];
        using var team = new ThreadTeam(threads);
        team.Run(
            piece =>
            {
                var end = Math.Min(moments.Count, (piece + 1) * MomentsAPiece);
                for (var i = piece * MomentsAPiece; i < end && !cancellationToken.IsCancellationRequested; i++)
                {
                    gains[i] = Gain(model, moments[i]);
                }
            },
            (moments.Count + MomentsAPiece - 1) / MomentsAPiece);
        cancellationToken.ThrowIfCancellationRequested();
        return gains.Sum() > 0;
    }

    // What the sittings' table adds to the NDCG of a moment.
    private double Gain(ServingModel model, Moment moment)
    {
        var (user, at, heat) = moment;
        var past = Past(user, set.Seconds.HoldOut[at]);
        var ratings = new RatedRow[past.Length];
        var times = new long[past.Length];
        var rated = new MovieMask(model.MovieCount);
        for (var i = 0; i < past.Length; i++)
        {
            ratings[i] = new RatedRow(set.Train.Movies[past[i]], set.Train.Values[past[i]]);
            times[i] = set.Seconds.Train[past[i]];
            rated.Set(ratings[i].Row);
        }

        var weights = new float[past.Length];
        SittingHeat.Weigh(heat, ratings, times, weights);
        return NdcgOf(model.At(heat)) - NdcgOf(model);

        double NdcgOf(ServingModel lists)
        {
            var best = new ScoredRow[ListLength];
            var found = TopNScorer.Top(lists, UserFoldIn.FoldRanking(lists, ratings, weights), rated, best);
            var place = Array.FindIndex(best, 0, found, scored => scored.Row == set.HoldOut.Movies[at]);
            return place < 0 ? 0 : 1 / Math.Log2(place + 2);
        }
    }

    private List<Moment> Moments()
    {
        var moments = new List<Moment>();
        for (var user = 0; user < set.UserIds.Length; user++)
        {
            for (var at = set.HoldOut.Offsets[user]; at < set.HoldOut.Offsets[user + 1]; at++)
            {
                if (set.HoldOut.Values[at] >= Rating.LikedValue && set.HoldOut.Movies[at] < set.TrainedMovies
                    && HeatAt(user, set.Seconds.HoldOut[at]) is >= SittingHeat.Warm and var heat)
                {
                    moments.Add(new Moment(user, at, heat));
                }
            }
        }

        var count = Math.Min(moments.Count, MaxMoments);
        return [.. Enumerable.Range(0, count).Select(i => moments[(int)((long)i * moments.Count / count)])];
    }

    private float HeatAt(int user, uint seconds)
    {
        var newest = 0u;
        for (var at = set.Train.Offsets[user]; at < set.Train.Offsets[user + 1]; at++)
        {
            newest = set.Seconds.Train[at] < seconds ? Math.Max(newest, set.Seconds.Train[at]) : newest;
        }

        return newest == 0
            ? 0
            : SittingHeat.Of(seconds * TimeSpan.MicrosecondsPerSecond, newest * TimeSpan.MicrosecondsPerSecond);
    }

    private int[] Past(int user, uint seconds) =>
        [.. Enumerable.Range(set.Train.Offsets[user], set.Train.Offsets[user + 1] - set.Train.Offsets[user])
            .Where(at => set.Seconds.Train[at] < seconds)];

    private readonly record struct Moment(int User, int At, float Heat);
}
