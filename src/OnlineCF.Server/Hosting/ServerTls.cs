using System.Net.Security;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using OnlineCF.Server.Settings;

namespace OnlineCF.Server.Hosting;

/// <summary>How the server speaks TLS.</summary>
internal static class ServerTls
{
    /// <summary>With the files as they are when a client connects; null to speak without.</summary>
    public static TlsHandshakeCallbackOptions? Of(IServiceProvider services, ServerOptions server)
    {
        if (server.CertificatePath.Length == 0)
        {
            return null;
        }

        var certificate = services.GetRequiredService<ServerCertificate>();
        var authorities = server.WantsClientCertificates ? services.GetRequiredService<ClientAuthorities>() : null;
        return new TlsHandshakeCallbackOptions
        {
            OnConnection = _ =>
            {
                var connection = new SslServerAuthenticationOptions { ServerCertificateContext = certificate.Current };
                authorities?.Require(connection);
                return new(connection);
            },
        };
    }
}
