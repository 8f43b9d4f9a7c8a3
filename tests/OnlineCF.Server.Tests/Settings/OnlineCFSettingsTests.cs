using Microsoft.Extensions.Configuration;
using OnlineCF.Server.Settings;

namespace OnlineCF.Server.Tests.Settings;

public sealed class OnlineCFSettingsTests
{
    [Fact]
    public void Without_settings_the_seed_s_hyperparameters_hold()
    {
        var training = Read().Training;
        Assert.Equal((50, 1024, 0.001, 10, 0.2), (
            training.EmbeddingDim, training.BatchSize, training.LearningRate, training.Epochs, training.ValidationFraction));
        Assert.Equal(TimeSpan.FromDays(1), training.ErasureWithin);
        Assert.Equal((TimeSpan.FromSeconds(30), 1000, 24, 2), (
            training.Interval, training.MinNewRatings, training.FullRetrainEvery, training.PatienceEpochs));
    }

    [Theory]
    [InlineData("5", 5)]
    [InlineData("5s", 5)]
    [InlineData("2m", 120)]
    [InlineData("1500ms", 1.5)]
    [InlineData("00:00:07", 7)]
    public void Durations_are_taken_as_people_write_them(string text, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Read(("Training:Interval", text)).Training.Interval);

    [Theory]
    [InlineData("Training:EmbeddingDim", "0")]
    [InlineData("Training:EmbeddingDim", "513")]
    [InlineData("Training:EmbeddingDim", "fifty")]
    [InlineData("Training:BatchSize", "-1")]
    [InlineData("Training:LearningRate", "0")]
    [InlineData("Training:LearningRate", "NaN")]
    [InlineData("Training:Epochs", "0")]
    [InlineData("Training:Epochs", "1,0")]
    [InlineData("Training:BatchSize", "1,024")]
    [InlineData("Training:LearningRate", "0,001")]
    [InlineData("Training:ValidationFraction", "0,2")]
    [InlineData("Training:Interval", "1,5s")]
    [InlineData("Training:Interval", "00:00:1,5")]
    [InlineData("Training:Interval", "1,000")]
    [InlineData("Training:ValidationFraction", "1")]
    [InlineData("Training:Device", "tpu")]
    [InlineData("Training:Interval", "soon")]
    [InlineData("Training:Interval", "0s")]
    [InlineData("Model:Keep", "0")]
    [InlineData("Storage:Provider", "mysql")]
    [InlineData("Storage:Path", " ")]
    [InlineData("Server:HttpPort", "65536")]
    [InlineData("Server:MetricsPort", "65536")]
    [InlineData("Server:AllowedOrigins", "*")]
    [InlineData("Server:AllowedOrigins", "shop.example")]
    [InlineData("Server:AllowedOrigins", "https://shop.example/path")]
    [InlineData("Server:AllowedOrigins", "https://shop.example,ftp://shop.example")]
    [InlineData("Server:AllowedOrigins", ",")]
    [InlineData("Access:Jwt:Issuer", "idp.example")]
    [InlineData("Access:Jwt:RoleClaim", " ")]
    [InlineData("Server:CertificatePath", " ")]
    [InlineData("Cluster:Mode", "kubernetes")]
    [InlineData("Cluster:Id", " ")]
    [InlineData("Cluster:Address", "not a name")]
    [InlineData("Cluster:SiloPort", "65536")]
    [InlineData("Silo:Roles", "cook")]
    public void Wrong_value_is_reported_with_its_key(string key, string value)
    {
        var fault = Assert.Single(Assert.Throws<SettingsException>(() => Read((key, value))).Faults);
        Assert.StartsWith($"{key}: '{value}' is not ", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void All_faults_are_reported_together()
    {
        var exception = Assert.Throws<SettingsException>(() => Read(
            ("Training:EmbeddingDim", "x"), ("Model:Keep", "0"), ("Training:EmbedingDim", "50")));
        Assert.Equal(3, exception.Faults.Count);
        Assert.Contains("Training:EmbedingDim: there is no such setting", exception.Faults);
    }

    [Fact]
    public void What_is_below_a_setting_or_a_section_is_no_setting()
    {
        var faults = Assert.Throws<SettingsException>(
            () => Read(("Access:Jwt:Isuer", "https://idp.example"), ("Access:Keys:0", "on"), ("Model:Keep:Days", "3"))).Faults;
        Assert.Equal(
            ["Access:Jwt:Isuer: there is no such setting", "Access:Keys:0: there is no such setting", "Model:Keep:Days: there is no such setting"],
            faults.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Tokens_want_an_issuer_whose_keys_are_its_own_and_an_audience()
    {
        var settings = Read(("Access:Jwt:Issuer", "https://idp.example/"), ("Access:Jwt:Audience", "onlinecf"));
        Assert.True(settings.Access.IsOn && settings.Server.IsRemote && !settings.Access.Keys);
        Assert.Equal(("https://idp.example/", "role"), (settings.Access.Jwt.Issuer!.OriginalString, settings.Access.Jwt.RoleClaim));
        Assert.True(Read(("Access:Jwt:Issuer", "http://127.0.0.1:8080/realms/a"), ("Access:Jwt:Audience", "onlinecf")).Access.Jwt.IsOn);

        AssertFault("Access:Jwt:Audience", ("Access:Jwt:Issuer", "https://idp.example"));
        AssertFault("Access:Jwt:Audience", ("Access:Jwt:Audience", "onlinecf"));
        AssertFault("Access:Jwt:Issuer", ("Access:Jwt:Issuer", "http://idp.example"), ("Access:Jwt:Audience", "onlinecf"));

        static void AssertFault(string key, params (string Key, string Value)[] settings) => Assert.StartsWith(
            key + ":", Assert.Single(Assert.Throws<SettingsException>(() => Read(settings)).Faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5080")]
    [InlineData("5081")]
    public void Metrics_want_a_port_of_their_own(string port) => Assert.StartsWith(
        $"Server:MetricsPort: '{port}' is ",
        Assert.Single(Assert.Throws<SettingsException>(() => Read(("Server:MetricsPort", port))).Faults), StringComparison.Ordinal);

    [Fact]
    public void Several_silos_need_the_store_that_they_share()
    {
        var faults = Assert.Throws<SettingsException>(() => Read(("Cluster:Mode", "postgres"), ("Model:Keep", "0"))).Faults;
        Assert.Equal(2, faults.Count);
        Assert.Contains("Cluster:Mode: 'postgres' needs Storage:Provider=postgres, which is 'sqlite'", faults);

        Assert.Contains("Storage:ConnectionString", Assert.Single(Assert.Throws<SettingsException>(
            () => Read(("Cluster:Mode", "postgres"), ("Storage:Provider", "postgres"))).Faults), StringComparison.Ordinal);

        var settings = Read(
            ("Cluster:Mode", "postgres"), ("Storage:Provider", "postgres"), ("Storage:ConnectionString", "Host=db;Password=Sesame17"));
        Assert.True(settings.Cluster.IsShared && settings.Storage.IsShared);
        Assert.Equal(("onlinecf", "", 11111), (settings.Cluster.Id, settings.Cluster.Address, settings.Cluster.SiloPort));
    }

    [Theory]
    [InlineData("Sesame17")]
    [InlineData("Hots=db;Password=Sesame17")]
    [InlineData("Password=Sesame17")]
    [InlineData("Host=db;Port=x;Password=Sesame17")]
    public void Wrong_connection_string_is_reported_without_a_word_of_it(string value)
    {
        var fault = Assert.Single(Assert.Throws<SettingsException>(
            () => Read(("Storage:Provider", "postgres"), ("Storage:ConnectionString", value))).Faults);

        Assert.StartsWith("Storage:ConnectionString: what is given is not ", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("Sesame17", fault, StringComparison.Ordinal);
    }

    private static OnlineCFSettings Read(params (string Key, string Value)[] settings) => OnlineCFSettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(
            settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build());
}
