using System.Net;
using System.Net.Sockets;

namespace OnlineCF.Storage.Postgres.Tests;

/// <summary>
/// Stands between a store and its server. Told to lose answers, it passes on what is asked and cuts the connection
/// instead of passing on what is answered: the client cannot know what became of it.
/// </summary>
internal sealed class CuttingProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly int _serverPort;
    private readonly TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[]? _mark;

    public CuttingProxy(int serverPort)
    {
        _serverPort = serverPort;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Completes when an answer was lost, after the server had all the time to give it.</summary>
    public Task Lost => _lost.Task;

    /// <summary>Loses the answer to the next request that has these bytes in it.</summary>
    public void LoseAnswerTo(byte[] mark) => Volatile.Write(ref _mark, mark);

    public void Dispose()
    {
        _stopping.Cancel();
        _listener.Dispose();
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var stopping = _stopping.Token;
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(stopping);
                _ = ServeAsync(client, stopping);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client, CancellationToken stopping)
    {
        using var server = new TcpClient();
        try
        {
            using (client)
            {
                await server.ConnectAsync(IPAddress.Loopback, _serverPort, stopping);
                var losing = new Losing();
                await Task.WhenAny(
                    AskAsync(client.GetStream(), server.GetStream(), losing, stopping),
                    AnswerAsync(server.GetStream(), client.GetStream(), losing, stopping));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
        {
            // Cut, or the test is over.
        }
    }

    private async Task AskAsync(NetworkStream from, NetworkStream to, Losing losing, CancellationToken stopping)
    {
        var buffer = new byte[1 << 20];
        for (int count; (count = await from.ReadAsync(buffer, stopping)) > 0;)
        {
            if (Volatile.Read(ref _mark) is { } mark && buffer.AsSpan(0, count).IndexOf(mark) >= 0)
            {
                losing.Begun = true;
                Volatile.Write(ref _mark, null);
            }

            await to.WriteAsync(buffer.AsMemory(0, count), stopping);
        }
    }

    private async Task AnswerAsync(NetworkStream from, NetworkStream to, Losing losing, CancellationToken stopping)
    {
        var buffer = new byte[1 << 16];
        for (int count; (count = await from.ReadAsync(buffer, stopping)) > 0;)
        {
            if (losing.Begun)
            {
                // The server's word that it is ready, which comes after its commit, ends the answer.
                if (count >= 6 && buffer[count - 6] == 'Z')
                {
                    _lost.TrySetResult();
                    return;
                }
            }
            else
            {
                await to.WriteAsync(buffer.AsMemory(0, count), stopping);
            }
        }
    }

    private sealed class Losing
    {
        public volatile bool Begun;
    }
}
