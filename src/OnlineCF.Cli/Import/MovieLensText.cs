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
