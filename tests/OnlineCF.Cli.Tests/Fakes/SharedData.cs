namespace OnlineCF.Cli.Tests.Fakes;

/// <summary>Real data beside the checkout; a test that needs it is skipped where it is absent.</summary>
internal static class SharedData
{
    public static string Path(string name)
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = System.IO.Path.GetDirectoryName(folder))
        {
            var path = System.IO.Path.Combine(folder, "shared", "data", name);
            if (System.IO.Path.Exists(path))
            {
                return path;
            }
        }

        Assert.Skip($"shared/data/{name} is not beside the checkout.");
        return "";
    }
}
