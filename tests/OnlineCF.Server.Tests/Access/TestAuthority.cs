using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OnlineCF.Server.Tests.Access;

/// <summary>Signs certificates and writes them into a folder, each with its key in the same file.</summary>
internal sealed class TestAuthority : IDisposable
{
    public const string ForClients = "1.3.6.1.5.5.7.3.2";
    public const string ForServers = "1.3.6.1.5.5.7.3.1";

    private readonly string _folder;
    private readonly X509Certificate2 _certificate;

    public TestAuthority(string folder, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _certificate = request.CreateSelfSigned(Now.AddDays(-2), Now.AddDays(2));
        (_folder, Path) = (folder, System.IO.Path.Combine(folder, name + ".ca.pem"));
        File.WriteAllText(Path, _certificate.ExportCertificatePem());
    }

    /// <summary>Its own certificate.</summary>
    public string Path { get; }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    /// <summary>A file with a new certificate and its key.</summary>
    public string Sign(string name, string purpose, TimeSpan? life = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(
            _certificate, Now.AddDays(-1), Now + (life ?? TimeSpan.FromDays(1)), RandomNumberGenerator.GetBytes(8));
        var path = System.IO.Path.Combine(_folder, name + ".pem");
        File.WriteAllText(path, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());
        return path;
    }

    public void Dispose() => _certificate.Dispose();
}
