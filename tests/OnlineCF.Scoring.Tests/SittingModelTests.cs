using OnlineCF.Core.Models;

namespace OnlineCF.Scoring.Tests;

public sealed class SittingModelTests
{
    private const int Dimension = 8;

    [Theory]
    [InlineData(0, false)]
    [InlineData(0.4375f, false)]
    [InlineData(0.5f, true)]
    [InlineData(1, true)]
    public void Warm_sitting_is_listed_by_its_own_factors(float heat, bool warm)
    {
        var model = ServingModel.Create(WithSittings(TestModels.Snapshot(1, 40, 10, Dimension), out var sittings));

        var lists = model.At(heat);

        Assert.True(lists.RankingRow(7).SequenceEqual(warm ? sittings.RankingRow(7) : model.RankingRow(7)));
        Assert.Equal((model.MovieCount, model.RowOf(1007)), (lists.MovieCount, lists.RowOf(1007)));
        Assert.True(lists.RatingRow(7).SequenceEqual(model.RatingRow(7)));
    }

    [Fact]
    public void Without_factors_of_sittings_every_list_is_by_the_same()
    {
        var model = TestModels.Model(1, 40, Dimension);

        Assert.Same(model, model.At(1));
    }

    [Fact]
    public void Folded_in_movie_is_where_the_map_between_both_tables_puts_it()
    {
        // A map that is not the identity, exactly: every movie follows it, and so does who comes later.
        var snapshot = TestModels.Snapshot(1, 400, 10, Dimension);
        var map = Enumerable.Range(0, Dimension).Select(_ => TestModels.Vector(new Random(5), Dimension)).ToArray();
        var random = new Random(3);
        for (var f = 0; f < Dimension; f++)
        {
            map[f] = TestModels.Vector(random, Dimension);
        }

        var moved = new float[snapshot.Movies.RankingFactors.Length];
        for (var row = 0; row < snapshot.Movies.Count; row++)
        {
            Move(snapshot.Movies.RankingRow(row)).CopyTo(moved.AsSpan(row * snapshot.Movies.Stride));
        }

        var model = ServingModel.Create(snapshot with { SittingMovies = snapshot.Movies.WithRanking(moved) });
        var vectors = TestModels.Movie(new Random(9), Dimension);
        var lists = model.WithMovie(5, vectors).At(1);

        Assert.Equal(400, lists.RowOf(5));
        var expected = Move(vectors.Ranking);
        for (var f = 0; f < Dimension; f++)
        {
            Assert.Equal(expected[f], lists.RankingRow(400)[f], 0.02f);
        }

        Assert.Equal(vectors.Rating, lists.RatingRow(400).ToArray());

        float[] Move(ReadOnlySpan<float> row)
        {
            var to = new float[row.Length];
            for (var f = 0; f < Dimension; f++)
            {
                to[f] = DotKernel.Dot(map[f], row);
            }

            return to;
        }
    }

    private static FactorSnapshot WithSittings(FactorSnapshot snapshot, out FactorTable sittings)
    {
        sittings = snapshot.Movies.WithRanking([.. snapshot.Movies.RankingFactors.Select(x => x * 2)]);
        return snapshot with { SittingMovies = sittings };
    }
}
