using OnlineCF.Core.Ratings;
using OnlineCF.Training.Factors;
using OnlineCF.Training.Factors.Cpu;
using OnlineCF.Training.History;

namespace OnlineCF.Training.Evaluation;

/// <summary>
/// Measures a scorer on the hold-out: stars on every rating, lists by full ranking over all trained movies
/// less the user's own training movies. Relevant are held-out ratings of at least <see cref="Rating.LikedValue"/>;
/// users without any are left out of the list metrics. The result does not depend on the number of threads.
/// </summary>
internal sealed class RankingEvaluator(TrainingSet set)
{
    /// <summary>Length of the lists.</summary>
    public const int ListLength = 20;

    private const int NdcgCutoff = 10;
    private const int UsersAPiece = 8;

    /// <summary>
    /// At most so many users are measured, spread evenly over the rows: each costs a fold-in and a pass over
    /// all movies, and measuring must not take longer than training.
    /// </summary>
    public int MaxUsers { get; init; } = int.MaxValue;

    /// <summary>How many threads score at once.</summary>
    public int Threads { get; init; } = TrainingEngine.DefaultThreads;

    /// <summary>Measures the scorer on users with hold-out ratings.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; seen between users.</exception>
    public EvaluationFigures Evaluate(IUserScorer scorer, CancellationToken cancellationToken) =>
        Evaluate(scorer, null, cancellationToken);

    /// <summary>Measures the scorer and keeps the list of every user, also of those who are not measured.</summary>
    /// <param name="scorer">What to measure.</param>
    /// <param name="lists">Takes a list of movie rows for each user row, or null.</param>
    /// <param name="cancellationToken">Seen between users.</param>
    public EvaluationFigures Evaluate(IUserScorer scorer, int[][]? lists, CancellationToken cancellationToken) =>
        Measure(scorer, lists, cancellationToken).Figures;

    /// <summary>The same, with what every user row contributed, to be compared with another scorer's.</summary>
    public (EvaluationFigures Figures, UserOutcome[] Users) Measure(
        IUserScorer scorer, int[][]? lists, CancellationToken cancellationToken)
    {
        var users = set.UserIds.Length;
        var (squared, absolute) = (new double[users], new double[users]);
        var results = new UserResult[users];
        var measured = MeasuredUsers();
        ForEachUser(users, user =>
        {
            var movies = set.HoldOut.MoviesOf(user);
            var values = set.HoldOut.ValuesOf(user);
            if (!measured[user] && lists is null)
            {
                return;
            }

            var stars = new float[movies.Length];
            var ranked = measured[user] && values.ContainsAnyInRange(Rating.LikedValue, Rating.MaxValue);
            var top = new int[ranked || lists is not null ? ListLength : 0];
            var listed = top.AsSpan(0, scorer.Score(user, movies, stars, top));
            for (var i = 0; i < stars.Length && measured[user]; i++)
            {
                var error = (double)stars[i] - values[i];
                squared[user] += error * error;
                absolute[user] += Math.Abs(error);
            }

            results[user] = new UserResult(
                ranked, measured[user] ? movies.Length : 0, listed.ToArray(), lists is null || !measured[user] ? [] : stars);
            lists?[user] = results[user].Top;
        }, cancellationToken);
        // Summed in the order of the rows, so that threads cannot change the last digit.
        var ndcg = Array.ConvertAll(Enumerable.Range(0, users).ToArray(), user => NdcgOf(user, results[user]));
        return (
            Figures(squared.Sum(), absolute.Sum(), results, ndcg),
            [.. squared.Select((error, user) => new UserOutcome(error, results[user].HeldOut, ndcg[user]))]);
    }

    // On threads of its own, which give way as the caller's does; the pool's belong to those who serve.
    private void ForEachUser(int users, Action<int> measure, CancellationToken cancellationToken)
    {
        using var team = new ThreadTeam(Threads);
        team.Run(
            piece =>
            {
                var end = Math.Min(users, (piece + 1) * UsersAPiece);
                for (var user = piece * UsersAPiece; user < end && !cancellationToken.IsCancellationRequested; user++)
                {
                    measure(user);
                }
            },
            (users + UsersAPiece - 1) / UsersAPiece);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private double NdcgOf(int user, UserResult result)
    {
        if (!result.Ranked)
        {
            return double.NaN;
        }

        var relevant = Relevant(user);
        return RankingMetrics.Ndcg(Array.ConvertAll(result.Top, relevant.Contains), relevant.Count, NdcgCutoff);
    }

    private EvaluationFigures Figures(double squared, double absolute, UserResult[] results, double[] ndcgs)
    {
        var (ndcg, recall, hitUsers, measured) = (0.0, 0.0, 0, 0);
        var covered = new bool[set.TrainedMovies];
        for (var user = 0; user < results.Length; user++)
        {
            foreach (var movie in (results[user].Top ?? []).AsSpan()[..Math.Min(NdcgCutoff, results[user].Top?.Length ?? 0)])
            {
                covered[movie] = true;
            }

            if (results[user].Ranked)
            {
                var relevant = Relevant(user);
                var hits = Array.ConvertAll(results[user].Top, relevant.Contains);
                ndcg += ndcgs[user];
                recall += RankingMetrics.Recall(hits, relevant.Count, ListLength);
                hitUsers += RankingMetrics.Hits(hits, NdcgCutoff) > 0 ? 1 : 0;
                measured++;
            }
        }

        var held = results.Sum(result => result.HeldOut);
        return new EvaluationFigures(
            Math.Sqrt(Share(squared, held)), Share(absolute, held),
            Share(ndcg, measured), Share(recall, measured), Share(hitUsers, measured),
            Share(covered.AsSpan().Count(true), measured == 0 ? 0 : covered.Length), held)
        {
            Reliability = ReliabilityTable.Of(results.SelectMany((result, user) =>
                (result.Stars ?? []).Select((stars, i) => (stars, set.HoldOut.ValuesOf(user)[i])))),
        };
    }

    private bool[] MeasuredUsers()
    {
        var candidates = Enumerable.Range(0, set.UserIds.Length)
            .Where(user => !set.HoldOut.ValuesOf(user).IsEmpty).ToArray();
        var measured = new bool[set.UserIds.Length];
        var count = Math.Min(candidates.Length, MaxUsers);
        for (var i = 0; i < count; i++)
        {
            measured[candidates[(int)((long)i * candidates.Length / count)]] = true;
        }

        return measured;
    }

    private HashSet<int> Relevant(int user)
    {
        var relevant = new HashSet<int>();
        var movies = set.HoldOut.MoviesOf(user);
        var values = set.HoldOut.ValuesOf(user);
        for (var i = 0; i < movies.Length; i++)
        {
            if (values[i] >= Rating.LikedValue)
            {
                relevant.Add(movies[i]);
            }
        }

        return relevant;
    }

    private static double Share(double part, int whole) => whole == 0 ? double.NaN : part / whole;

    private readonly record struct UserResult(bool Ranked, int HeldOut, int[] Top, float[] Stars);
}
