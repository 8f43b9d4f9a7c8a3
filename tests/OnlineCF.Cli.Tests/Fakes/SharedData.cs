namespace OnlineCF.Cli.Tests.Fakes;

/// <summary>Real data beside the checkout; a test that needs it is skipped where it is absent.</summary>
internal static class SharedData
{
    public static string Path(string name)
    {
        var path = Find(name);
        Assert.SkipWhen(path is null, $"shared/data/{name} is not beside the checkout.");
        return path;
    }

    /// <summary>The same for a test that can do with other data; null where it is absent.</summary>
    public static string? Find(string name)
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = System.IO.Path.GetDirectoryName(folder))
        {
            var path = System.IO.Path.Combine(folder, "shared", "data", name);
            if (System.IO.Path.Exists(path))
            {
                return path;
            }
        }

        return null;
    }
}
