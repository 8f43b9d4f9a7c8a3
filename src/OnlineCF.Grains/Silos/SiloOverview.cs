using OnlineCF.Grains.Replicas;

namespace OnlineCF.Grains.Silos;

/// <summary>All silos of the cluster, asked at most once a second however many look.</summary>
public sealed class SiloOverview(ReplicaBroadcast silos, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _asking = new(1);
    private IReadOnlyList<SiloDescription> _known = [];
    private long _askedAt;

    /// <summary>One for each silo that is up, by address; one that does not answer is there with its address alone.</summary>
    public async Task<IReadOnlyList<SiloDescription>> GetAsync(CancellationToken cancellationToken)
    {
        await _asking.WaitAsync(cancellationToken);
        try
        {
            if (_known.Count == 0 || time.GetElapsedTime(_askedAt) > Freshness)
            {
                _known = [.. (await silos.DescribeAsync()).OrderBy(silo => silo.Address, StringComparer.Ordinal)];
                _askedAt = time.GetTimestamp();
            }

            return _known;
        }
        finally
        {
            _asking.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _asking.Dispose();
}
