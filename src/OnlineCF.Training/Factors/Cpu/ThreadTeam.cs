namespace OnlineCF.Training.Factors.Cpu;

/// <summary>
/// Threads that share out the pieces of one job after another, the caller among them. Which thread takes which piece
/// is chance, so the pieces must not depend on each other. With one thread there is no other thread at all. All are as
/// nice as the thread that makes the team.
/// </summary>
internal sealed class ThreadTeam : IDisposable
{
    private readonly Barrier? _barrier;
    private readonly Phase[] _single = new Phase[1];
    private readonly Func<int> _singlePieces;
    private int _singleCount;
    private Phase[] _phases = [];
    private Action<int>? _piece;
    private Exception? _failure;
    private int _phase;
    private int _pieces;
    private int _taken;
    private bool _disposed;

    /// <summary>Starts all threads but the caller's.</summary>
    public ThreadTeam(int threads)
    {
        // Made once: a step of training allocates nothing.
        _singlePieces = () => _singleCount;
        if (threads > 1)
        {
            _barrier = new Barrier(threads, _ => BeginPhase());
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
            TakeAll(piece, pieces);
            return;
        }

        (_singleCount, _single[0]) = (pieces, new Phase(piece, _singlePieces));
        Run(_single);
    }

    /// <summary>
    /// Does one phase after another, each when all pieces of the one before are done, and returns when all are. The
    /// threads meet once between two phases, which is what keeping them together costs.
    /// </summary>
    public void Run(Phase[] phases)
    {
        if (_barrier is null)
        {
            foreach (var phase in phases)
            {
                TakeAll(phase.Piece, phase.Pieces());
            }

            return;
        }

        (_phases, _phase, _failure) = (phases, 0, null);
        _barrier.SignalAndWait();
        TakePhases();
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

    private static void TakeAll(Action<int> piece, int pieces)
    {
        for (var i = 0; i < pieces; i++)
        {
            piece(i);
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

            TakePhases();
        }
    }

    // Run by one thread while all others wait at the barrier.
    private void BeginPhase()
    {
        _taken = 0;
        if (_phase == _phases.Length || _failure is not null || _disposed)
        {
            _piece = null;
            return;
        }

        (_piece, _pieces) = (_phases[_phase].Piece, _phases[_phase].Pieces());
        _phase++;
    }

    private void TakePhases()
    {
        while (_piece is { } piece)
        {
            TakePieces(piece);
            _barrier!.SignalAndWait();
        }
    }

    private void TakePieces(Action<int> piece)
    {
        try
        {
            for (var i = Interlocked.Increment(ref _taken); i <= _pieces; i = Interlocked.Increment(ref _taken))
            {
                piece(i - 1);
            }
        }
        catch (Exception e)
        {
            // Nobody may leave the team: the others wait for this thread at the barrier.
            _failure = e;
        }
    }
}

/// <summary>Pieces that may all be done at once.</summary>
/// <param name="Piece">Does one.</param>
/// <param name="Pieces">How many there are, asked when the phase begins.</param>
internal readonly record struct Phase(Action<int> Piece, Func<int> Pieces);
