namespace OnlineCF.Training.Factors.Cpu;

/// <summary>
/// Threads that share out the pieces of one job after another, the caller among them. Which thread takes which piece
/// is chance, so the pieces must not depend on each other. With one thread there is no other thread at all. All are as
/// nice as the thread that makes the team.
/// </summary>
internal sealed class ThreadTeam : IDisposable
{
    private readonly Barrier? _barrier;
    private Action<int> _piece = _ => { };
    private Exception? _failure;
    private int _pieces;
    private int _taken;
    private bool _disposed;

    /// <summary>Starts all threads but the caller's.</summary>
    public ThreadTeam(int threads)
    {
        if (threads > 1)
        {
            _barrier = new Barrier(threads);
            for (var i = 1; i < threads; i++)
            {
                new Thread(Help) { IsBackground = true, Name = $"training {i}" }.Start();
            }
        }
    }

    /// <summary>Does pieces 0 to <paramref name="pieces"/> - 1 and returns when all are done.</summary>
    public void Run(Action<int> piece, int pieces)
    {
        if (_barrier is null || pieces == 1)
        {
            for (var i = 0; i < pieces; i++)
            {
                piece(i);
            }

            return;
        }

        (_piece, _pieces, _taken, _failure) = (piece, pieces, 0, null);
        _barrier.SignalAndWait();
        TakePieces();
        _barrier.SignalAndWait();
        if (_failure is not null)
        {
            throw new InvalidOperationException("A training thread failed.", _failure);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_barrier is not null && !_disposed)
        {
            _disposed = true;
            _barrier.SignalAndWait();
        }
    }

    private void Help()
    {
        while (true)
        {
            _barrier!.SignalAndWait();
            if (_disposed)
            {
                return;
            }

            TakePieces();
            _barrier.SignalAndWait();
        }
    }

    private void TakePieces()
    {
        try
        {
            for (var i = Interlocked.Increment(ref _taken); i <= _pieces; i = Interlocked.Increment(ref _taken))
            {
                _piece(i - 1);
            }
        }
        catch (Exception e)
        {
            // Nobody may leave the team: the others wait for this thread at the barrier.
            _failure = e;
        }
    }
}
