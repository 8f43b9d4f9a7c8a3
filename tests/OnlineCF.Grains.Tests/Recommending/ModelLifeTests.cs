using System.Runtime.CompilerServices;
using OnlineCF.Core.Models;
using OnlineCF.Grains.Recommending;
using OnlineCF.Scoring;

namespace OnlineCF.Grains.Tests.Recommending;

public sealed class ModelLifeTests : IDisposable
{
    private const int Promotions = 10;
    private const int Users = 1000;
    private const int Filters = 100;

    private readonly EngineBench _bench = new();
    private readonly List<WeakReference> _models = [];
    private readonly List<WeakReference> _snapshots = [];
    private readonly UserTaste?[] _tastes = new UserTaste?[Users];
    private ServingModel? _current;

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Idle_users_and_filters_keep_no_old_model_alive()
    {
        for (var version = 1; version <= Promotions; version++)
        {
            Promote(version);

            // A tenth of the users comes back under each model; their last one stays with all others.
            for (var user = version - 1; user < Users; user += Promotions)
            {
                Ask(user);
            }
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        Assert.InRange(_models.Count(model => model.IsAlive), 1, 2);
        Assert.InRange(_snapshots.Count(snapshot => snapshot.IsAlive), 1, 2);
        Assert.All(_tastes, Assert.NotNull);
        GC.KeepAlive(_current);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Promote(int version)
    {
        var snapshot = EngineBench.Snapshot(version, 200);
        _current = ServingModel.Create(snapshot);
        _bench.Masks.Prepare(_current);
        Remember(_snapshots, snapshot);
        Remember(_models, _current);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Ask(int user)
    {
        if (user % 50 == 0)
        {
            _current = _current!.WithMovies([new FoldedMovie(1000 + user, EngineBench.Vectors(new Random(user), 16))]);
            Remember(_models, _current);
        }

        var visitor = Visitor.Of(_current, EngineBench.Ratings(new Random(user), 200, 20), 0, _tastes[user]);
        _tastes[user] = visitor.Taste;
        var filter = new MovieFilter([$"Genre {user % Filters}"], [], 1900 + (user % Filters), 0, []);
        _bench.Engine.Recommend(visitor, new RecommendationQuery(10, filter, IncludeRated: false, Explain: true), started: 0);
    }

    private static void Remember(List<WeakReference> all, object one) => all.Add(new WeakReference(one));
}
