using System.Net;
using System.Net.Sockets;

namespace OnlineCF.Server.Hosting;

/// <summary>Asks the system for ports that nobody listens on.</summary>
internal static class FreePorts
{
    /// <summary>Different free ports of the loopback address.</summary>
    public static int[] Find(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        try
        {
            foreach (var listener in listeners)
            {
                listener.Start();
            }

            return [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        }
        finally
        {
            foreach (var listener in listeners)
            {
                listener.Dispose();
            }
        }
    }
}
