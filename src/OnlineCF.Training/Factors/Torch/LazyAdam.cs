using TorchSharp;
using static TorchSharp.torch;

namespace OnlineCF.Training.Factors.Torch;

/// <summary>
/// A table of parameters with Adam (Kingma and Ba 2015) that touches only the rows of a minibatch: a step
/// costs the batch, not the table. A row's moments stand still while it is not drawn. No step waits for the
/// device: gradients of a row drawn several times are summed in a scratch table instead of by unique().
/// </summary>
internal sealed class LazyAdam
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;

    private static readonly Scalar HeldBeta1 = Beta1;
    private static readonly Scalar HeldRest1 = 1 - Beta1;
    private static readonly Scalar HeldBeta2 = Beta2;
    private static readonly Scalar HeldRest2 = 1 - Beta2;
    private static readonly Scalar HeldEpsilon = Epsilon;

    private readonly Tensor _mean;
    private readonly Tensor _variance;
    private readonly Tensor _gradient;

    /// <summary>Takes over the table, rows × columns.</summary>
    public LazyAdam(Tensor values)
    {
        Values = values;
        _mean = zeros_like(values);
        _variance = zeros_like(values);
        _gradient = zeros_like(values);
    }

    /// <summary>The parameters; written in place.</summary>
    public Tensor Values { get; }

    /// <summary>One step on the rows drawn.</summary>
    /// <param name="rows">Row of each gradient, n; a row may occur several times.</param>
    /// <param name="gradients">n × columns.</param>
    /// <param name="learningRate">Step size.</param>
    /// <param name="step">From 1, for the correction of the moments' start at zero.</param>
    public void Step(Tensor rows, Tensor gradients, double learningRate, long step)
    {
        using var scope = NewDisposeScope();
        _gradient.index_add_(0, rows, gradients, HeldScalars.One);
        var g = _gradient.index_select(0, rows);
        _gradient.index_fill_(0, rows, HeldScalars.Zero);
        var mean = _mean.index_select(0, rows).mul_(HeldBeta1).add_(g, alpha: HeldRest1);
        var variance = _variance.index_select(0, rows).mul_(HeldBeta2).addcmul_(g, g, HeldRest2);
        _mean.index_copy_(0, rows, mean);
        _variance.index_copy_(0, rows, variance);
        using Scalar scale = -learningRate * Math.Sqrt(1 - Math.Pow(Beta2, step)) / (1 - Math.Pow(Beta1, step));
        var change = mean.div_(variance.sqrt_().add_(HeldEpsilon, HeldScalars.One)).mul_(scale);
        // Every copy of a row computes the same new value, so it does not matter which is written last.
        Values.index_copy_(0, rows, Values.index_select(0, rows).add_(change, HeldScalars.One));
    }
}
