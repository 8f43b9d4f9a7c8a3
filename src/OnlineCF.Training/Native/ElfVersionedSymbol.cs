using System.Buffers.Binary;
using System.Text;

namespace OnlineCF.Training.Native;

/// <summary>
/// Points one versioned, undefined symbol of a 64-bit ELF library at another one of the same provider.
/// Only names and version references change, so offsets, sizes and relocations stay as they are.
/// Layout: System V ABI (sections, symbols) and the Linux Standard Base (symbol versions).
/// </summary>
internal sealed class ElfVersionedSymbol
{
    private const int SectionDynSym = 11;
    private const uint SectionVerNeed = 0x6ffffffe;
    private const uint SectionVerSym = 0x6fffffff;
    private const int SymbolSize = 24;

    private readonly byte[] _image;
    private readonly Section _symbols;
    private readonly Section _strings;
    private readonly Section _versions;
    private readonly Section _needed;

    private ElfVersionedSymbol(byte[] image)
    {
        _image = image;
        if (image.Length < 64 || !image.AsSpan(0, 6).SequenceEqual("\u007fELF\u0002\u0001"u8))
        {
            throw new InvalidDataException("not a little-endian 64-bit ELF file");
        }

        _symbols = FindSection(SectionDynSym);
        _versions = FindSection(SectionVerSym);
        _needed = FindSection(SectionVerNeed);
        _strings = SectionAt(_symbols.Link);
    }

    /// <summary>
    /// A copy of <paramref name="image"/> in which the undefined <paramref name="symbol"/> with
    /// <paramref name="version"/> has become <paramref name="newSymbol"/> with <paramref name="newVersion"/>.
    /// </summary>
    /// <exception cref="InvalidDataException">
    /// The library is not of this form: the symbol or a version is missing, the new name does not fit into
    /// the old one's place, or other symbols need the old version too.
    /// </exception>
    public static byte[] Retarget(
        ReadOnlySpan<byte> image, string symbol, string version, string newSymbol, string newVersion)
    {
        var copy = new ElfVersionedSymbol(image.ToArray());
        copy.Retarget(symbol, version, newSymbol, newVersion);
        return copy._image;
    }

    private void Retarget(string symbol, string version, string newSymbol, string newVersion)
    {
        var old = FindVersion(version);
        var replacement = FindVersion(newVersion);
        var oldIndex = UInt16(old + 6);
        var nameOffset = OnlySymbolOf(oldIndex, symbol, version);
        var room = _image.AsSpan(checked((int)(_strings.Offset + nameOffset)), symbol.Length);
        if (newSymbol.Length > symbol.Length)
        {
            throw new InvalidDataException($"{newSymbol} does not fit into the place of {symbol}");
        }

        room.Clear();
        Encoding.ASCII.GetBytes(newSymbol, room);
        // vna_hash and vna_name; the index by which the symbol refers to this entry stays its own.
        _image.AsSpan(replacement, 4).CopyTo(_image.AsSpan(old, 4));
        _image.AsSpan(replacement + 8, 4).CopyTo(_image.AsSpan(old + 8, 4));
    }

    private uint OnlySymbolOf(ushort versionIndex, string symbol, string version)
    {
        uint? found = null;
        for (var i = 0; i < _symbols.Size / SymbolSize; i++)
        {
            var name = UInt32((int)(_symbols.Offset + (i * SymbolSize)));
            if ((UInt16((int)(_versions.Offset + (i * 2))) & 0x7fff) != versionIndex)
            {
                continue;
            }

            found = NameIs(name, symbol)
                ? name
                : throw new InvalidDataException($"{NameAt(name)} needs {version} too");
        }

        return found ?? throw new InvalidDataException($"{symbol}@{version} is not there");
    }

    /// <summary>The file offset of the Elf64_Vernaux entry with this name.</summary>
    private int FindVersion(string version)
    {
        var need = (int)_needed.Offset;
        while (true)
        {
            var aux = need + (int)UInt32(need + 8);
            for (var i = UInt16(need + 2); i > 0; i--)
            {
                if (NameIs(UInt32(aux + 8), version))
                {
                    return aux;
                }

                aux += (int)UInt32(aux + 12);
            }

            var next = (int)UInt32(need + 12);
            if (next == 0)
            {
                throw new InvalidDataException($"no reference to {version}");
            }

            need += next;
        }
    }

    private bool NameIs(uint offset, string name) => NameAt(offset) == name;

    private string NameAt(uint offset)
    {
        var tail = _image.AsSpan(checked((int)(_strings.Offset + offset)));
        return Encoding.ASCII.GetString(tail[..tail.IndexOf((byte)0)]);
    }

    private Section FindSection(uint type)
    {
        for (var i = 0; i < UInt16(60); i++)
        {
            if (SectionAt((uint)i) is var section && section.Type == type)
            {
                return section;
            }
        }

        throw new InvalidDataException($"no section of type 0x{type:x}");
    }

    private Section SectionAt(uint index)
    {
        var at = checked((int)(UInt64(40) + (index * UInt16(58))));
        return new Section(UInt32(at + 4), checked((int)UInt64(at + 24)), checked((int)UInt64(at + 32)), UInt32(at + 40));
    }

    private ushort UInt16(int at) => BinaryPrimitives.ReadUInt16LittleEndian(_image.AsSpan(at));

    private uint UInt32(int at) => BinaryPrimitives.ReadUInt32LittleEndian(_image.AsSpan(at));

    private ulong UInt64(int at) => BinaryPrimitives.ReadUInt64LittleEndian(_image.AsSpan(at));

    private readonly record struct Section(uint Type, long Offset, long Size, uint Link);
}
