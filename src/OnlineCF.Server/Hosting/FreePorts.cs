using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Connections;
using OnlineCF.Server.Settings;

namespace OnlineCF.Server.Hosting;

/// <summary>Ports that nobody listens on.</summary>
internal static class FreePorts
{
    // Below those that systems give to outgoing connections (from 32768 on Linux, from 49152 elsewhere), one of which
    // could take a port between its being found and its being listened on.
    private const int First = 20_000;
    private const int End = 32_768;
    private const int Attempts = 1000;

    /// <summary>Finds out before anything starts whether the server's ports are free.</summary>
    /// <exception cref="IOException">One is not, or this user may not listen on it.</exception>
    public static void Check(ServerOptions server)
    {
        foreach (var port in (int[])[server.HttpPort, server.MetricsPort, server.GrpcPort])
        {
            Check(server.IsRemote ? IPAddress.Any : IPAddress.Loopback, port);
        }
    }

    /// <summary>Different free ports of the loopback address.</summary>
    /// <exception cref="IOException">None was found.</exception>
    public static int[] Find(int count)
    {
        var ports = new HashSet<int>();
        for (var attempt = 0; ports.Count < count; attempt++)
        {
            if (attempt == Attempts)
            {
                throw new IOException($"Of the ports from {First} to {End - 1} none is free.");
            }

            var port = RandomNumberGenerator.GetInt32(First, End);
            if (IsFree(port))
            {
                ports.Add(port);
            }
        }

        return [.. ports];
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
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
