using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OnlineCF.Server.Settings;

namespace OnlineCF.Server.Hosting;

/// <summary>
/// What the server speaks TLS with: a certificate with its chain, and its key, from files in PEM. New files are taken for new
/// connections without a restart; while they do not fit together, as between the writing of one and the other, what was
/// read last goes on.
/// </summary>
internal sealed partial class ServerCertificate
{
    private readonly ReadFiles<SslStreamCertificateContext> _files;
    private readonly string _path;
    private readonly ILogger<ServerCertificate> _logger;

    /// <summary>Reads the files.</summary>
    /// <exception cref="CryptographicException">They are no certificate with its key.</exception>
    /// <exception cref="IOException">They cannot be read.</exception>
    public ServerCertificate(ServerOptions options, TimeProvider time, ILogger<ServerCertificate> logger)
    {
        (_path, _logger) = (options.CertificatePath, logger);
        var keyPath = options.CertificateKeyPath;
        _files = new ReadFiles<SslStreamCertificateContext>(
            keyPath.Length == 0 ? [_path] : [_path, keyPath],
            () => Read(_path, keyPath),
            read => LogRead(_path, read.TargetCertificate.NotAfter),
            reason => LogKept(_path, reason),
            time);
    }

    /// <summary>For the next connection.</summary>
    public SslStreamCertificateContext Current => _files.Current;

    /// <summary>Why a certificate cannot be had from files; null where it can.</summary>
    public static string? FaultOf(string path, string keyPath) =>
        FileFault.Of(() => Read(path, keyPath).TargetCertificate.Dispose());

    private static SslStreamCertificateContext Read(string path, string keyPath)
    {
        var certificate = X509Certificate2.CreateFromPemFile(path, keyPath.Length == 0 ? path : keyPath);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(path);
        return SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }

    [LoggerMessage(EventId = 4090, Level = LogLevel.Information, Message = "TLS goes on with the new certificate in {File}, good until {End:u}.")]
    private partial void LogRead(string file, DateTime end);

    [LoggerMessage(EventId = 4091, Level = LogLevel.Warning,
        Message = "The new certificate in {File} cannot be used, TLS goes on with the old one: {Reason}")]
    private partial void LogKept(string file, string reason);
}
