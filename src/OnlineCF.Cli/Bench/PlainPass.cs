using System.Numerics;
using System.Runtime.InteropServices;

namespace OnlineCF.Cli.Bench;

/// <summary>
/// The least that an exact list costs: each movie's factors are read once, in single precision, and multiplied with
/// the user's. One thread.
/// </summary>
internal static class PlainPass
{
    // Rows are padded, as the model's are.
    private const int Lane = 16;

    /// <summary>Passes over so many movies for a while; the fastest counts.</summary>
    /// <returns>Milliseconds a pass.</returns>
    public static double Milliseconds(int movies, int dim, TimeSpan duration, TimeProvider time)
    {
        var stride = (dim + Lane - 1) / Lane * Lane;
        var factors = new float[(long)movies * stride];
        Array.Fill(factors, 0.5f);
        var user = new float[stride];
        Array.Fill(user, 0.25f);
        var best = TimeSpan.MaxValue;
        var sum = 0f;
        var started = time.GetTimestamp();
        do
        {
            var from = time.GetTimestamp();
            sum += Pass(factors, user);
            var elapsed = time.GetElapsedTime(from);
            best = elapsed < best ? elapsed : best;
        }
        while (time.GetElapsedTime(started) < duration);

        GC.KeepAlive(sum);
        return best.TotalMilliseconds;
    }

    /// <summary>The largest product of any row.</summary>
    internal static float Pass(ReadOnlySpan<float> factors, ReadOnlySpan<float> user)
    {
        var rows = MemoryMarshal.Cast<float, Vector<float>>(factors);
        var own = MemoryMarshal.Cast<float, Vector<float>>(user);
        var best = float.NegativeInfinity;
        for (var row = 0; row + own.Length <= rows.Length; row += own.Length)
        {
            var sum = Vector<float>.Zero;
            for (var i = 0; i < own.Length; i++)
            {
                sum += rows[row + i] * own[i];
            }

            best = Math.Max(best, Vector.Sum(sum));
        }

        return best;
    }
}
