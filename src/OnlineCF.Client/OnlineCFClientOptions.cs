namespace OnlineCF.Client;

/// <summary>How an <see cref="OnlineCFClient"/> calls. The defaults are for a service that other programs depend on.</summary>
public sealed record OnlineCFClientOptions
{
    /// <summary>
    /// Who calls: a key or a JWT, sent as <c>authorization: Bearer …</c> with every call, also without TLS; null or empty
    /// for nobody. <see cref="OnlineCFClient.Token"/> changes it later.
    /// </summary>
    public string? Token { get; init; }

    /// <summary>
    /// A file in PEM with the certificate, and its chain, that a server with <c>Server:ClientCertificates=required</c> wants;
    /// null for none. Files are read once, for addresses that are https: make another client when they are renewed.
    /// </summary>
    public string? CertificatePath { get; init; }

    /// <summary>A file in PEM with the certificate's key; null where it is in the same file.</summary>
    public string? CertificateKeyPath { get; init; }

    /// <summary>A file in PEM with the authorities that may sign servers' certificates, and no others; null for those that the machine trusts.</summary>
    public string? AuthorityPath { get; init; }

    /// <summary>
    /// How long a call with one request and one answer may take, its repetitions included, unless the call has a deadline
    /// of its own; then it ends with DEADLINE_EXCEEDED. <see cref="Timeout.InfiniteTimeSpan"/> for no limit.
    /// </summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long an upload of movies may take from its first message to its answer, unless the call has a deadline of its
    /// own. <see cref="Timeout.InfiniteTimeSpan"/> for no limit. Watches and streams of ratings have no limit.
    /// </summary>
    public TimeSpan UploadTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long connecting to one address may take before it counts as dead.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The longest pause between two attempts to reach an address that is dead. The first comes after a quarter of a
    /// second, at most this long; they double.
    /// </summary>
    public TimeSpan LongestReconnectPause { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>
    /// While calls are under way, an address that has been silent for this long is asked whether it is there, and given as
    /// long to answer: a machine that vanished without a word is noticed after twice this time.
    /// <see cref="Timeout.InfiniteTimeSpan"/> never asks.
    /// </summary>
    public TimeSpan SilenceBeforePing { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How calls that may be repeated are repeated; null for never.</summary>
    public CallRetries? Retries { get; init; } = new();

    /// <summary>
    /// The longest answer in bytes. A thousand movies, each explained by a thousand ratings, is beyond gRPC's usual 4 MB.
    /// </summary>
    public int LargestAnswerBytes { get; init; } = 256 << 20;
}
