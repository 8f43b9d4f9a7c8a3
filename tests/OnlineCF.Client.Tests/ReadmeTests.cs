using System.Text.Json;
using System.Text.RegularExpressions;
using Grpc.Net.Client.Configuration;
using OnlineCF.Client.Connections;
using OnlineCF.Client.Tests.Connections;

namespace OnlineCF.Client.Tests;

/// <summary>The service config that the README gives to clients of other languages is the one that this client has.</summary>
public sealed class ReadmeTests
{
    [Fact]
    public void The_service_config_of_the_README_is_that_of_the_client()
    {
        var mine = RetryPolicies.ConfigOf(new CallRetries());
        var config = JsonDocument.Parse(Regex.Match(Readme(), "```json\n(.*?)```", RegexOptions.Singleline).Groups[1].Value).RootElement;
        var method = config.GetProperty("methodConfig").EnumerateArray().Single();
        var policy = method.GetProperty("retryPolicy");
        var throttling = config.GetProperty("retryThrottling");
        var mineMethod = mine.MethodConfigs.Single();
        var minePolicy = mineMethod.RetryPolicy!;
        var known = KnownMethods();

        Assert.Equal(
            mineMethod.Names.Select(NameOf).Where(known.Contains).Order(),
            method.GetProperty("name").EnumerateArray()
                .Select(x => $"{x.GetProperty("service").GetString()}/{x.GetProperty("method").GetString()}").Order());
        Assert.Equal(
            (minePolicy.MaxAttempts, minePolicy.InitialBackoff, minePolicy.MaxBackoff, minePolicy.BackoffMultiplier),
            (policy.GetProperty("maxAttempts").GetInt32(), Duration(policy, "initialBackoff"), Duration(policy, "maxBackoff"),
                policy.GetProperty("backoffMultiplier").GetDouble()));
        Assert.Equal("UNAVAILABLE", policy.GetProperty("retryableStatusCodes").EnumerateArray().Single().GetString());
        Assert.Equal(
            (mine.RetryThrottling!.MaxTokens, mine.RetryThrottling.TokenRatio),
            (throttling.GetProperty("maxTokens").GetInt32(), throttling.GetProperty("tokenRatio").GetDouble()));
        Assert.True(config.GetProperty("loadBalancingConfig")[0].TryGetProperty("round_robin", out _));
    }

    private static string NameOf(MethodName name) => $"{name.Service}/{name.Method}";

    private static HashSet<string> KnownMethods() =>
        [.. RetryPoliciesTests.Protocol.SelectMany(x => x.Services).SelectMany(x => x.Methods).Select(x => $"{x.Service.FullName}/{x.Name}")];

    private static TimeSpan Duration(JsonElement policy, string name) =>
        TimeSpan.FromSeconds(double.Parse(policy.GetProperty(name).GetString()!.TrimEnd('s'), null));

    private static string Readme()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "OnlineCF.sln")))
        {
            folder = folder.Parent!;
        }

        return File.ReadAllText(Path.Combine(folder.FullName, "README.md"));
    }
}
