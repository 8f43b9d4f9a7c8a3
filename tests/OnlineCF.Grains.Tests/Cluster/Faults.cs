using System.Collections.Concurrent;
using System.Reflection;

namespace OnlineCF.Grains.Tests.Cluster;

/// <summary>What happens to the calls of one port; a test may change it at any time. Thread-safe.</summary>
public sealed class Faults
{
    private readonly ConcurrentDictionary<string, Action<object?[]>> _hooks = new();
    private readonly ConcurrentDictionary<string, int> _calls = new();

    /// <summary>Runs before each call of a member, on the caller's thread; what it throws the caller gets instead of an answer.</summary>
    public void Before(string member, Action<object?[]> hook) => _hooks[member] = hook;

    /// <summary>The next call of a member fails, later ones do not.</summary>
    public void FailOnce(string member, Exception exception) => Before(member, _ =>
    {
        Clear(member);
        throw exception;
    });

    /// <summary>Every call of a member fails.</summary>
    public void Fail(string member, Exception exception) => Before(member, _ => throw exception);

    /// <summary>Calls of a member reach the port again.</summary>
    public void Clear(string member) => _hooks.TryRemove(member, out _);

    /// <summary>How often a member was called.</summary>
    public int CallsOf(string member) => _calls.GetValueOrDefault(member);

    /// <summary>The port, with these faults before it.</summary>
    public T Before<T>(T port)
        where T : class
    {
        var proxy = DispatchProxy.Create<T, Interceptor>();
        ((Interceptor)(object)proxy).Connect(port, this);
        return proxy;
    }

    private void OnCall(string member, object?[] arguments)
    {
        _calls.AddOrUpdate(member, 1, (_, calls) => calls + 1);
        if (_hooks.TryGetValue(member, out var hook))
        {
            hook(arguments);
        }
    }

    /// <summary>Stands between a port and who calls it, whatever members the port has.</summary>
    public class Interceptor : DispatchProxy
    {
        private object _port = null!;
        private Faults _faults = null!;

        internal void Connect(object port, Faults faults) => (_port, _faults) = (port, faults);

        /// <inheritdoc/>
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            _faults.OnCall(targetMethod!.Name, args ?? []);
            return targetMethod.Invoke(_port, BindingFlags.DoNotWrapExceptions, null, args, null);
        }
    }
}
