using System.Runtime.InteropServices;

namespace OnlineCF.Grains.Replicas;

/// <summary>
/// A sum of powers of two far beyond a double's range, of which terms change. It depends on the terms that are in alone:
/// they are added up as integers, each in the bucket of its sixteen doublings, to 2^−24 of what the bucket begins with.
/// </summary>
internal sealed class LogSum
{
    private const int BucketDoublings = 16;
    private const int FractionBits = 24;

    // Below so many doublings under the highest, a bucket of millions of terms is nothing.
    private const int DoublingsThatCount = 80;

    private readonly Dictionary<int, long> _buckets = [];

    /// <summary>log2 of the sum; minus infinity when nothing is in.</summary>
    public double Log2
    {
        get
        {
            if (_buckets.Count == 0)
            {
                return double.NegativeInfinity;
            }

            var highest = _buckets.Keys.Max();
            var sum = 0.0;
            for (var bucket = highest; bucket > highest - (DoublingsThatCount / BucketDoublings); bucket--)
            {
                sum += Math.ScaleB(_buckets.GetValueOrDefault(bucket), (bucket - highest) * BucketDoublings);
            }

            return Math.Log2(sum) + (highest * BucketDoublings) - FractionBits;
        }
    }

    /// <summary>Puts a term in the place of another.</summary>
    /// <param name="before">log2 of the term that was in; minus infinity for none.</param>
    /// <param name="after">log2 of the one that comes; minus infinity for none.</param>
    public void Change(double before, double after)
    {
        Add(before, -1);
        Add(after, 1);
    }

    private void Add(double log2, int sign)
    {
        if (double.IsNegativeInfinity(log2))
        {
            return;
        }

        var bucket = (int)Math.Floor(log2 / BucketDoublings);
        ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(_buckets, bucket, out _);
        sum += sign * (long)Math.Pow(2, log2 - (bucket * BucketDoublings) + FractionBits);
        if (sum == 0)
        {
            _buckets.Remove(bucket);
        }
    }
}
