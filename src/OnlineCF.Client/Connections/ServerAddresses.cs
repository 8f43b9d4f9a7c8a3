using System.Diagnostics.CodeAnalysis;

namespace OnlineCF.Client.Connections;

/// <summary>Reads the addresses of the silos.</summary>
internal static class ServerAddresses
{
    private static readonly char[] Separators = [','];

    /// <summary>The addresses of a text; those without a scheme are taken for http.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out IReadOnlyList<Uri>? addresses)
    {
        var parts = (text ?? "").Split(Separators, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        Uri[] parsed = [.. parts.Select(Parse).OfType<Uri>()];
        addresses = parsed.Length == parts.Length && FaultOf(parsed) is null ? parsed : null;
        return addresses is not null;
    }

    /// <summary>What is wrong with the addresses; null for nothing.</summary>
    public static string? FaultOf(IReadOnlyList<Uri> addresses)
    {
        if (addresses.Count == 0)
        {
            return "There is no address.";
        }

        if (addresses.FirstOrDefault(x => !IsServer(x)) is { } wrong)
        {
            return $"'{wrong.OriginalString}' is not the address of a server, such as http://localhost:5081.";
        }

        return addresses.Select(x => x.Scheme).Distinct().Count() > 1 ? "The addresses must be all http or all https." : null;
    }

    private static Uri? Parse(string text) =>
        Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}", UriKind.Absolute, out var uri) && IsServer(uri)
            ? uri
            : null;

    private static bool IsServer(Uri address) =>
        address.IsAbsoluteUri && address.Scheme is "http" or "https" && address.Host.Length > 0 && address.PathAndQuery is "/" or "";
}
