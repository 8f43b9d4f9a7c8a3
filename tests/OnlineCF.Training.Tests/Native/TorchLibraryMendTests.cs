using System.Security.Cryptography;
using OnlineCF.Training.Native;

namespace OnlineCF.Training.Tests.Native;

public sealed class TorchLibraryMendTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("onlinecf-mend-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Mended_library_asks_for_the_older_symbol_and_version_only()
    {
        var original = File.ReadAllBytes(Library());

        var mended = TorchLibraryMend.Mend(original);

        Assert.Equal(original.Length, mended.Length);
        // The debugging symbols name it a second time; nothing is loaded by those.
        Assert.Equal(Occurrences(original, TorchLibraryMend.MissingSymbol) - 1, Occurrences(mended, TorchLibraryMend.MissingSymbol));
        Assert.Equal(Occurrences(original, "_ZNSt8ios_base4InitC1Ev") + 1, Occurrences(mended, "_ZNSt8ios_base4InitC1Ev"));
        var changed = original.Zip(mended).Count(pair => pair.First != pair.Second);
        Assert.InRange(changed, 1, TorchLibraryMend.MissingSymbol.Length + 8);
    }

    [Fact]
    public void Library_without_the_new_symbol_is_refused()
    {
        var mended = TorchLibraryMend.Mend(File.ReadAllBytes(Library()));

        Assert.Throws<InvalidDataException>(() => TorchLibraryMend.Mend(mended));
    }

    [Fact]
    public void File_that_is_no_library_is_refused() =>
        Assert.Throws<InvalidDataException>(() => TorchLibraryMend.Mend(new byte[4096]));

    [Fact]
    public void Library_is_loaded_as_it_is_where_the_host_is_new_enough()
    {
        var path = TorchLibraryMend.PathToLoad(Library(), () => true, [_folder]);

        Assert.Equal(Library(), path);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void Mended_copy_lies_beside_and_the_library_stays_as_it_was()
    {
        var before = SHA256.HashData(File.ReadAllBytes(Library()));

        var path = TorchLibraryMend.PathToLoad(Library(), () => false, [_folder]);

        Assert.Equal(_folder, Path.GetDirectoryName(path));
        Assert.Equal(TorchLibraryMend.Mend(File.ReadAllBytes(Library())), File.ReadAllBytes(path));
        Assert.Equal(before, SHA256.HashData(File.ReadAllBytes(Library())));
    }

    [Fact]
    public void Folder_that_cannot_be_written_is_passed_over()
    {
        var file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "not a folder");
        var usable = Path.Combine(_folder, "cache", "native");

        var path = TorchLibraryMend.PathToLoad(Library(), () => false, [Path.Combine(file, "inside"), usable]);

        Assert.Equal(usable, Path.GetDirectoryName(path));
    }

    [Fact]
    public void No_folder_that_can_be_written_is_an_error()
    {
        var file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "not a folder");

        Assert.Throws<IOException>(() =>
            TorchLibraryMend.PathToLoad(Library(), () => false, [Path.Combine(file, "inside")]));
    }

    [Fact]
    public void Damaged_copy_is_replaced()
    {
        var path = TorchLibraryMend.PathToLoad(Library(), () => false, [_folder]);
        var whole = File.ReadAllBytes(path);
        File.WriteAllBytes(path, whole.AsSpan(0, 1000).ToArray());

        Assert.Equal(path, TorchLibraryMend.PathToLoad(Library(), () => false, [_folder]));
        Assert.Equal(whole, File.ReadAllBytes(path));
    }

    [Fact]
    public void Copies_made_at_once_are_one_whole_copy()
    {
        var paths = new string[8];
        Parallel.For(0, paths.Length, i => paths[i] = TorchLibraryMend.PathToLoad(Library(), () => false, [_folder]));

        Assert.Single(paths.Distinct());
        Assert.Equal([paths[0]], Directory.GetFiles(_folder));
        Assert.Equal(TorchLibraryMend.Mend(File.ReadAllBytes(Library())), File.ReadAllBytes(paths[0]));
    }

    private static int Occurrences(byte[] image, string name) =>
        image.AsSpan().Count(System.Text.Encoding.ASCII.GetBytes(name));

    private static string Library()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so");
        Assert.SkipUnless(File.Exists(path), "The Linux x64 natives are not in this build.");
        return path;
    }
}
