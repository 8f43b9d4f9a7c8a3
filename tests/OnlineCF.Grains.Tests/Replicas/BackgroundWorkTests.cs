using System.Globalization;
using OnlineCF.Grains.Replicas;

namespace OnlineCF.Grains.Tests.Replicas;

public sealed class BackgroundWorkTests
{
    [Fact]
    public async Task Work_gives_way_on_a_thread_of_its_own_and_who_waits_for_it_does_not()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Niceness of a thread is Linux's.");
        var before = Niceness();

        var (niceness, name) = await BackgroundWork.RunAsync("work", () => (Niceness(), Thread.CurrentThread.Name));

        Assert.Equal((10, "work"), (niceness, name));
        Assert.Equal(before, Niceness());
    }

    [Fact]
    public async Task Failure_comes_back_as_it_is() =>
        await Assert.ThrowsAsync<OverflowException>(() => BackgroundWork.RunAsync<int>("work", () => throw new OverflowException()));

    // The 19th field of the calling thread's stat; the second is a name in brackets, which may hold blanks.
    private static int Niceness()
    {
        var stat = File.ReadAllText("/proc/thread-self/stat");
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16], CultureInfo.InvariantCulture);
    }
}
