using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OnlineCF.Client.Connections;

/// <summary>How the client speaks TLS: who it is, and whom it takes for a server.</summary>
internal static class ClientTls
{
    // id-kp-serverAuth: a certificate that is good for clients alone is no server's.
    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    /// <summary>With the files as they are; where an address is http, nothing is read.</summary>
    /// <exception cref="ArgumentException">There is a key and no certificate.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    /// <exception cref="InvalidDataException">There is not in a file what there should be.</exception>
    public static SslClientAuthenticationOptions Of(Uri address, OnlineCFClientOptions options)
    {
        if (options is { CertificateKeyPath: not null, CertificatePath: null })
        {
            throw new ArgumentException("CertificateKeyPath is the key of no certificate; CertificatePath says which.", nameof(options));
        }

        var tls = new SslClientAuthenticationOptions();
        if (address.Scheme != Uri.UriSchemeHttps)
        {
            return tls;
        }

        if (options.CertificatePath is { } path)
        {
            tls.ClientCertificateContext = Checked(
                $"'{path}' gives no certificate with its key", () => Identity(path, options.CertificateKeyPath ?? path));
        }

        if (options.AuthorityPath is { } authorityPath)
        {
            tls.CertificateChainPolicy = Checked($"'{authorityPath}' gives no authorities", () => Trust(authorityPath));
        }

        return tls;
    }

    private static SslStreamCertificateContext Identity(string path, string keyPath)
    {
        var certificate = X509Certificate2.CreateFromPemFile(path, keyPath);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(path);
        return SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }

    private static X509ChainPolicy Trust(string path)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.ApplicationPolicy.Add(ServerAuthentication);
        policy.CustomTrustStore.ImportFromPemFile(path);
        return policy.CustomTrustStore.Count > 0 ? policy : throw new CryptographicException("There is no certificate in it.");
    }

    // What is said of a file's contents does not say which file.
    private static T Checked<T>(string fault, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new InvalidDataException($"{fault}: {exception.Message}", exception);
        }
    }
}
