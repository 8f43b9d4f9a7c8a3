using BenchmarkDotNet.Attributes;
using OnlineCF.Core.Models;
using OnlineCF.Scoring;

namespace OnlineCF.Benchmarks;

/// <summary>What a recommendation costs: fold in a user's ratings, then the best ten of all movies; k = 50.</summary>
[MemoryDiagnoser]
public class ServingBenchmarks
{
    private const int Dim = 50;
    private readonly ScoredRow[] _top = new ScoredRow[10];
    private ServingModel _model = null!;
    private RatedRow[] _ratings = [];
    private UserVectors _user = null!;

    /// <summary>Movies of the model.</summary>
    [Params(3_706, 87_000)]
    public int Movies { get; set; } = 3_706;

    /// <summary>Ratings of the user.</summary>
    [Params(20, 165)]
    public int Ratings { get; set; } = 20;

    /// <summary>Makes the model.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        var stride = FactorTable.StrideOf(Dim);
        float[] Factors() => [.. Enumerable.Range(0, Movies * stride)
            .Select(i => i % stride < Dim ? (float)(random.NextDouble() - 0.5) / 5 : 0)];
        var movies = new FactorTable(
            Dim, [.. Enumerable.Range(1, Movies).Select(id => (long)id)], new int[Movies], new float[Movies], Factors(), Factors());
        _model = ServingModel.Create(new FactorSnapshot
        {
            TrainedSequence = 1,
            TrainedAt = DateTimeOffset.UnixEpoch,
            GlobalMean = 3.5f,
            FoldIn = new FoldInParameters(),
            Movies = movies,
            Users = FactorTable.Empty(Dim),
        });
        _ratings = [.. Enumerable.Range(0, Ratings).Select(i => new RatedRow(i * (Movies / Ratings), 0.5f + (i % 10 * 0.5f)))];
        _user = UserFoldIn.Fold(_model, _ratings);
    }

    /// <summary>Both heads of a user.</summary>
    [Benchmark]
    public UserVectors FoldIn() => UserFoldIn.Fold(_model, _ratings);

    /// <summary>A list of ten.</summary>
    [Benchmark]
    public int TopTen() => TopNScorer.Top(_model, _user.Ranking, null, _top);
}
