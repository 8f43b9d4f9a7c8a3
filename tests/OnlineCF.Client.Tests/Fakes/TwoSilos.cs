namespace OnlineCF.Client.Tests.Fakes;

/// <summary>Two silos and a client of both.</summary>
internal sealed class TwoSilos : IAsyncDisposable
{
    private TwoSilos(FakeSilo a, FakeSilo b, OnlineCFClientOptions? options) =>
        (A, B, Client) = (a, b, new OnlineCFClient([a.Address, b.Address], options));

    public FakeSilo A { get; }

    public FakeSilo B { get; }

    public OnlineCFClient Client { get; }

    public IEnumerable<FakeSilo> Both => [A, B];

    public static async Task<TwoSilos> StartAsync(OnlineCFClientOptions? options = null) =>
        new(await FakeSilo.StartAsync(), await FakeSilo.StartAsync(), options);

    /// <summary>Returns when calls go to both.</summary>
    public async Task ConnectBothAsync()
    {
        while (A.Calls.IsEmpty || B.Calls.IsEmpty)
        {
            await Client.Recommendations.RecommendAsync(new(), cancellationToken: TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await A.DisposeAsync();
        await B.DisposeAsync();
    }
}
