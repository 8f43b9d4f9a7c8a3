using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using OnlineCF.Grains.Recommending;
using OnlineCF.Grains.Users;
using OnlineCF.Server.Services;

namespace OnlineCF.Server.Tests.Limits;

public sealed class SlowWatchTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_a_list_is_on_its_way_nothing_keeps_it_but_who_sends_it()
    {
        await using var server = await TestServer.StartAsync(null, "--Training:Automatic=false");
        await server.TeachAsync(Token);
        var services = server.Server.Services;
        var (slow, sent) = (new TaskCompletionSource(), new TaskCompletionSource<WeakReference>());
        var watching = services.GetRequiredService<RecommendationWatch>().SendAsync(
            services.GetRequiredService<IGrainFactory>().GetGrain<IUserGrain>(7),
            new RecommendationQuery(SyntheticWorld.Movies, MovieFilter.None, IncludeRated: true, Explain: true),
            list => Begin(list, sent, slow.Task),
            Token);
        var list = await sent.Task.WaitAsync(Token);
        for (var i = 0; i < 10 && list.IsAlive; i++)
        {
            await Task.Yield();
            GC.Collect();
        }

        Assert.False(list.IsAlive);
        Assert.False(watching.IsCompleted);
        slow.SetCanceled(CancellationToken.None);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Task Begin(RecommendationList list, TaskCompletionSource<WeakReference> sent, Task slow)
    {
        Assert.NotEmpty(list.Movies[0].Reasons);
        sent.SetResult(new WeakReference(list));
        return slow;
    }
}
