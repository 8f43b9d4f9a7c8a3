namespace OnlineCF.Training.Evaluation;

/// <summary>
/// How much worse one model is than another on the same users, and how sure that is. Both see the same hold-out,
/// so what makes a user hard for both drops out of the difference: its standard error is a fraction of that of
/// either figure.
/// </summary>
/// <param name="Loss">The difference as a share of the other's figure; above 0 is worse, NaN is not measured.</param>
/// <param name="StandardError">Of the loss, over users; 0 with a single user, where it cannot be known.</param>
internal readonly record struct PairedLoss(double Loss, double StandardError)
{
    /// <summary>
    /// Of RMSE. The mean squared errors differ by D = Σ_u (s_u − s'_u) / N, a ratio estimate over users as
    /// clusters, with the variance n/(n−1) Σ_u (d_u − n_u D)² / N² (Cochran 1977, section 11.7); the roots differ by
    /// D / (√a + √b).
    /// </summary>
    public static PairedLoss OfRmse(UserOutcome[] candidate, UserOutcome[] other)
    {
        var (difference, own, ratings, users) = (0.0, 0.0, 0L, 0);
        for (var u = 0; u < candidate.Length; u++)
        {
            difference += candidate[u].Squared - other[u].Squared;
            own += other[u].Squared;
            ratings += candidate[u].HeldOut;
            users += candidate[u].HeldOut > 0 ? 1 : 0;
        }

        var mean = difference / ratings;
        var spread = 0.0;
        for (var u = 0; u < candidate.Length; u++)
        {
            var rest = candidate[u].Squared - other[u].Squared - (candidate[u].HeldOut * mean);
            spread += rest * rest;
        }

        var rmse = Math.Sqrt(own / ratings);
        var scale = 1 / ((rmse + Math.Sqrt((own + difference) / ratings)) * rmse);
        return new PairedLoss(mean * scale, scale * ErrorOf(spread, users) * users / ratings);
    }

    /// <summary>Of NDCG@10: the mean of the users' differences over the other's mean.</summary>
    public static PairedLoss OfNdcg(UserOutcome[] candidate, UserOutcome[] other)
    {
        double[] losses = [.. candidate.Zip(other, (a, b) => b.Ndcg10 - a.Ndcg10).Where(double.IsFinite)];
        if (losses.Length == 0)
        {
            return new PairedLoss(double.NaN, double.NaN);
        }

        var mean = losses.Average();
        var scale = 1 / other.Select(user => user.Ndcg10).Where(double.IsFinite).Average();
        return new PairedLoss(mean * scale, scale * ErrorOf(losses.Sum(x => (x - mean) * (x - mean)), losses.Length));
    }

    /// <summary>Whether the loss is above what is tolerated and above so many standard errors.</summary>
    public bool IsReal(double tolerance, double deviations) => Loss > Math.Max(tolerance, deviations * StandardError);

    // Of a mean over n, from the sum of squared deviations.
    private static double ErrorOf(double spread, int n) => n < 2 ? 0 : Math.Sqrt(spread / (n - 1) / n);
}
