using System.Net;
using System.Net.Sockets;
using OnlineCF.Server.Access;

namespace OnlineCF.Server.Limits;

/// <summary>Whose share a call takes: that of its key or token, wherever it comes from; without one, that of its address.</summary>
/// <param name="Name">The key or the token; null without one.</param>
/// <param name="Address">The address; null with a key or a token.</param>
public readonly record struct CallerKey(string? Name, IPAddress? Address)
{
    private const int BytesOfNetwork = 8;

    /// <summary>Who calls.</summary>
    public static CallerKey Of(Caller? caller, IPAddress? address) =>
        caller is null ? new(null, NetworkOf(address ?? IPAddress.None)) : new(caller.Name, null);

    /// <inheritdoc/>
    public override string ToString() => Name ?? Address?.ToString() ?? "nobody";

    // Whoever has an IPv6 address has a network of 64 bits to call from (RFC 4291).
    private static IPAddress NetworkOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6 || IPAddress.IsLoopback(address))
        {
            return address;
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(BytesOfNetwork).Clear();
        return new IPAddress(bytes);
    }
}
