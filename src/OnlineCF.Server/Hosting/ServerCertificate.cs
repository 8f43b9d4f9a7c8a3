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
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly string _keyPath;
    private readonly TimeProvider _time;
    private readonly ILogger<ServerCertificate> _logger;
    private readonly Lock _lock = new();
    private SslStreamCertificateContext _current;
    private (DateTime, DateTime) _stamp;
    private long _lookedAt;

    /// <summary>Reads the files.</summary>
    /// <exception cref="CryptographicException">They are no certificate with its key.</exception>
    /// <exception cref="IOException">They cannot be read.</exception>
    public ServerCertificate(ServerOptions options, TimeProvider time, ILogger<ServerCertificate> logger)
    {
        (_path, _keyPath) = (options.CertificatePath, options.CertificateKeyPath);
        (_time, _logger) = (time, logger);
        (_stamp, _lookedAt) = (StampOf(), time.GetTimestamp());
        _current = Read(_path, _keyPath);
    }

    /// <summary>For the next connection.</summary>
    public SslStreamCertificateContext Current
    {
        get
        {
            lock (_lock)
            {
                if (_time.GetElapsedTime(_lookedAt) >= LeastPause)
                {
                    _lookedAt = _time.GetTimestamp();
                    ReadAgain();
                }

                return _current;
            }
        }
    }

    /// <summary>Why a certificate cannot be had from files; null where it can.</summary>
    public static string? FaultOf(string path, string keyPath)
    {
        try
        {
            using var certificate = Read(path, keyPath).TargetCertificate;
            return null;
        }
        catch (Exception exception) when (IsOfFiles(exception))
        {
            return exception.Message;
        }
    }

    private static SslStreamCertificateContext Read(string path, string keyPath)
    {
        var certificate = X509Certificate2.CreateFromPemFile(path, keyPath.Length == 0 ? path : keyPath);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(path);
        return SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }

    private void ReadAgain()
    {
        try
        {
            var stamp = StampOf();
            if (stamp != _stamp)
            {
                _stamp = stamp;
                _current = Read(_path, _keyPath);
                LogRead(_path, _current.TargetCertificate.NotAfter);
            }
        }
        catch (Exception exception) when (IsOfFiles(exception))
        {
            LogKept(_path, exception.Message);
        }
    }

    private (DateTime, DateTime) StampOf() =>
        (File.GetLastWriteTimeUtc(_path), _keyPath.Length == 0 ? default : File.GetLastWriteTimeUtc(_keyPath));

    private static bool IsOfFiles(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException;

    [LoggerMessage(EventId = 4090, Level = LogLevel.Information, Message = "TLS goes on with the new certificate in {File}, good until {End:u}.")]
    private partial void LogRead(string file, DateTime end);

    [LoggerMessage(EventId = 4091, Level = LogLevel.Warning,
        Message = "The new certificate in {File} cannot be used, TLS goes on with the old one: {Reason}")]
    private partial void LogKept(string file, string reason);
}
