using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using OnlineCF.Server.Settings;

namespace OnlineCF.Server.Hosting;

/// <summary>Ports that nobody listens on.</summary>
internal static class FreePorts
{
    /// <summary>Finds out before anything starts whether the server's ports are free.</summary>
    /// <exception cref="IOException">One is not, or this user may not listen on it.</exception>
    public static void Check(ServerOptions server)
    {
        foreach (var port in (int[])[server.HttpPort, server.GrpcPort])
        {
            Check(server.IsRemote ? IPAddress.Any : IPAddress.Loopback, port);
        }
    }

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

    private static void Check(IPAddress address, int port)
    {
        if (port == 0)
        {
            return;
        }

        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
        }
        catch (SocketException exception)
        {
            var reason = exception.SocketErrorCode == SocketError.AddressAlreadyInUse
                ? $"Port {port} is in use by another program, maybe another server."
                : $"This user cannot listen on port {port}: {exception.Message}.";
            throw new IOException(reason, new AddressInUseException(reason, exception));
        }
    }
}
