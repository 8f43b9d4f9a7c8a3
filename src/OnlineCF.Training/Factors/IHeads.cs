namespace OnlineCF.Training.Factors;

/// <summary>
/// Both heads' rows and the arithmetic that moves them. There are two: TorchSharp's, which runs on every device and
/// is the reference, and one for cpu that does a whole step in one go. A test holds them equal, step by step.
/// To be used by one thread.
/// </summary>
internal interface IHeads : IDisposable
{
    /// <summary>Positions of training ratings, in the order in which <see cref="Step"/> is to draw them.</summary>
    public void BeginEpoch(int[] order);

    /// <summary>One minibatch of both heads: the order's ratings from <paramref name="first"/> on.</summary>
    public void Step(int first, int count, double learningRate);

    /// <summary>What the steps since <see cref="BeginEpoch"/> have lost: sums, not means.</summary>
    public EpochLoss EndEpoch();

    /// <summary>Sets these ranking rows of users to the exact minimum given the movies.</summary>
    /// <exception cref="OperationCanceledException">Seen every few rows.</exception>
    public void SolveUsers(int[] rows, CancellationToken cancellationToken);

    /// <summary>Sets these ranking rows of movies to the exact minimum given the users.</summary>
    /// <exception cref="OperationCanceledException">Seen every few rows.</exception>
    public void SolveMovies(int[] rows, CancellationToken cancellationToken);

    /// <summary>A copy of the users' rows.</summary>
    public HeadRows CopyUsers();

    /// <summary>A copy of the movies' rows.</summary>
    public HeadRows CopyMovies();
}

/// <summary>Rows of one side as <see cref="Core.Models.FactorTable"/> keeps them: padded with zeros to its stride.</summary>
/// <param name="Biases">b of each row, in stars.</param>
/// <param name="Rating">Factors of the rating head, row-major.</param>
/// <param name="Ranking">Factors of the ranking head, row-major.</param>
internal sealed record HeadRows(float[] Biases, float[] Rating, float[] Ranking);

/// <summary>How often the ranking head looks at the Gramians, which cost a pass over both tables.</summary>
internal static class GramianRefresh
{
    private const int LeastSteps = 40;

    /// <summary>
    /// Every 40 steps; in large tables only after as many ratings as there are rows, for a Gramian moves no
    /// faster than the rows it sums over.
    /// </summary>
    public static long EverySteps(long rows, int batchSize) => Math.Max(LeastSteps, rows / batchSize);
}
