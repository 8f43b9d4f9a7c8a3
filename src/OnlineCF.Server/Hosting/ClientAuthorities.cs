using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OnlineCF.Server.Settings;

namespace OnlineCF.Server.Hosting;

/// <summary>
/// Whose signature under a client's certificate lets it in: the authorities in a file in PEM and nobody else, whomever this
/// machine trusts. A new file is taken for new connections without a restart.
/// </summary>
internal sealed partial class ClientAuthorities
{
    // id-kp-clientAuth: a certificate that is good for servers alone is good for nobody here.
    private static readonly Oid ClientAuthentication = new("1.3.6.1.5.5.7.3.2");

    private readonly ReadFiles<X509Certificate2Collection> _file;
    private readonly string _path;
    private readonly ILogger<ClientAuthorities> _logger;

    /// <summary>Reads the file.</summary>
    /// <exception cref="CryptographicException">There is no certificate in it.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public ClientAuthorities(ServerOptions options, TimeProvider time, ILogger<ClientAuthorities> logger)
    {
        (_path, _logger) = (options.ClientAuthorityPath, logger);
        _file = new ReadFiles<X509Certificate2Collection>(
            [_path], () => Read(_path), read => LogRead(_path, read.Count), reason => LogKept(_path, reason), time);
    }

    /// <summary>Why there are no authorities in a file; null where there are.</summary>
    public static string? FaultOf(string path) => FileFault.Of(() => Read(path));

    /// <summary>Asks a connection for a certificate; without one that is good for a client (RFC 5280), its handshake fails.</summary>
    /// <remarks>Nothing is fetched from addresses that a stranger's certificate names.</remarks>
    public void Require(SslServerAuthenticationOptions connection)
    {
        connection.ClientCertificateRequired = true;
        connection.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        connection.CertificateChainPolicy.ApplicationPolicy.Add(ClientAuthentication);
        connection.CertificateChainPolicy.CustomTrustStore.AddRange(_file.Current);
    }

    private static X509Certificate2Collection Read(string path)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(path);
        return authorities.Count > 0 ? authorities : throw new CryptographicException("There is no certificate in it.");
    }

    [LoggerMessage(EventId = 4092, Level = LogLevel.Information, Message = "Clients' certificates are now checked by the {Count} authorities in {File}.")]
    private partial void LogRead(string file, int count);

    [LoggerMessage(EventId = 4093, Level = LogLevel.Warning,
        Message = "The new authorities in {File} cannot be used, clients are checked by the old ones: {Reason}")]
    private partial void LogKept(string file, string reason);
}
