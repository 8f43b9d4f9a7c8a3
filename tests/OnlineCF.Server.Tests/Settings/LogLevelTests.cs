using Microsoft.Extensions.Configuration;
using OnlineCF.Grains;

namespace OnlineCF.Server.Tests.Settings;

public sealed class LogLevelTests
{
    [Fact]
    public void Levels_of_single_loggers_are_those_of_types_that_there_are()
    {
        var levels = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json")).Build()
            .GetSection("Logging:LogLevel").GetChildren();
        string[] own = [.. levels.Select(level => level.Key).Where(key => key.StartsWith("OnlineCF.", StringComparison.Ordinal))];

        Assert.NotEmpty(own);
        Assert.All(own, name => Assert.NotNull(typeof(OnlineCFSilo).Assembly.GetType(name)));
    }
}
