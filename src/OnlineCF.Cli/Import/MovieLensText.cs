using System.IO.Compression;
using System.Text;

namespace OnlineCF.Cli.Import;

/// <summary>
/// The text of all MovieLens editions: UTF-8, and where bytes are not UTF-8, Latin-1 (the editions of 100
/// thousand and 1 million ratings are in Latin-1, later ones in UTF-8; none says so).
/// </summary>
internal static class MovieLensText
{
    /// <summary>Decodes both; never fails.</summary>
    public static Encoding Encoding { get; } =
        Encoding.GetEncoding("utf-8", EncoderFallback.ReplacementFallback, new Latin1Fallback());

    /// <summary>Opens a text as UTF-8 bytes: gzip is unpacked, and UTF-16, which says so by its byte order mark, is transcoded.</summary>
    public static Stream OpenUtf8(DataFile file)
    {
        var isPacked = StartOf(file.Open()) is [0x1F, 0x8B];
        Stream Open() => isPacked ? new GZipStream(file.Open(), CompressionMode.Decompress) : file.Open();
        Encoding? utf16 = StartOf(Open()) switch
        {
            [0xFF, 0xFE] => System.Text.Encoding.Unicode,
            [0xFE, 0xFF] => System.Text.Encoding.BigEndianUnicode,
            _ => null,
        };
        return utf16 is null ? Open() : System.Text.Encoding.CreateTranscodingStream(Open(), utf16, System.Text.Encoding.UTF8);
    }

    private static byte[] StartOf(Stream opened)
    {
        using var stream = opened;
        var start = new byte[2];
        return start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
    }

    private sealed class Latin1Fallback : DecoderFallback
    {
        public override int MaxCharCount => 4;

        public override DecoderFallbackBuffer CreateFallbackBuffer() => new Buffer();

        private sealed class Buffer : DecoderFallbackBuffer
        {
            private byte[] _bytes = [];
            private int _next;

            public override int Remaining => _bytes.Length - _next;

            public override bool Fallback(byte[] bytesUnknown, int index)
            {
                (_bytes, _next) = (bytesUnknown, 0);
                return bytesUnknown.Length > 0;
            }

            public override char GetNextChar() => _next < _bytes.Length ? (char)_bytes[_next++] : '\0';

            public override bool MovePrevious()
            {
                if (_next == 0)
                {
                    return false;
                }

                _next--;
                return true;
            }

            public override void Reset() => (_bytes, _next) = ([], 0);
        }
    }
}
