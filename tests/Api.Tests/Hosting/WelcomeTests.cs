using System.Diagnostics;
using System.Text.Json;
using CdpPipeline.Api.Auth;
using CdpPipeline.Api.Hosting;
using Microsoft.Extensions.Configuration;

namespace CdpPipeline.Api.Tests.Hosting;

public sealed class WelcomeTests
{
    [Fact]
    public async Task The_printed_commands_work_as_pasted()
    {
        Assert.SkipUnless(File.Exists("/bin/sh") && File.Exists("/usr/bin/curl"), "Needs a POSIX shell and curl.");
        var directory = Directory.CreateTempSubdirectory("cdp-welcome-").FullName;
        await using (var host = await ApiHost.StartInAsync(directory))
        {
            var keys = new KeyFile(directory).Read();
            var text = Welcome.Text(Welcome.AddressOf([host.Client.BaseAddress!.ToString()]), keys, Configured(("Cdp:DataDirectory", directory)));

            var sent = JsonDocument.Parse(await PastedAsync(text, "/v1/track")).RootElement;
            var profile = JsonDocument.Parse(await PastedAsync(text, "/api/profiles/")).RootElement;

            Assert.True(sent.GetProperty("success").GetBoolean());
            Assert.Equal(sent.GetProperty("identityId").GetString(), profile.GetProperty("id").GetString());
            Assert.Equal("Order Completed", profile.GetProperty("timeline")[0].GetProperty("name").GetString());
        }

        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public void Keys_from_the_configuration_are_not_shown()
    {
        var text = Welcome.Text("http://127.0.0.1:8080", new FirstKeys("wk_secret", "ak_secret"), Configured(("Cdp:WriteKey", "wk_secret"), ("Cdp:ApiKey", "ak_secret")));

        Assert.DoesNotContain("_secret", text, StringComparison.Ordinal);
        Assert.Contains("\"Authorization: Bearer $Cdp__WriteKey\"", text, StringComparison.Ordinal);
        Assert.Contains("\"Authorization: Bearer $Cdp__ApiKey\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_cannot_break_out_of_its_quotes()
    {
        var text = Welcome.Text("http://127.0.0.1:8080", new FirstKeys("it's", null), Configured());

        Assert.Contains(@"'Authorization: Bearer it'\''s'", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_demo_is_told_where_the_host_is_unless_that_goes_without_saying()
    {
        var keys = new FirstKeys("wk", "ak");

        Assert.Contains("CdpPipeline.Demo\n", Welcome.Text("http://127.0.0.1:8080", keys, Configured()), StringComparison.Ordinal);
        Assert.Contains(
            "CdpPipeline.Demo -- --url http://127.0.0.1:9000 --data-directory '/srv/cdp'\n",
            Welcome.Text("http://127.0.0.1:9000", keys, Configured(("Cdp:DataDirectory", "/srv/cdp"))),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080", "http://127.0.0.1:8080")]
    [InlineData("http://0.0.0.0:80", "http://127.0.0.1:80")]
    [InlineData("http://[::]:5000", "http://127.0.0.1:5000")]
    [InlineData("http://*:5000", "http://127.0.0.1:5000")]
    [InlineData("https://cdp.example.com:443", "https://cdp.example.com:443")]
    public void A_wildcard_address_becomes_one_that_can_be_called(string url, string address) => Assert.Equal(address, Welcome.AddressOf([url]));

    [Fact]
    public void Of_several_addresses_plain_http_is_told() =>
        Assert.Equal("http://127.0.0.1:80", Welcome.AddressOf(["https://127.0.0.1:443", "http://127.0.0.1:80"]));

    private static IConfiguration Configured(params (string Key, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create<string, string?>(setting.Key, setting.Value)))
        .Build();

    private static async Task<string> PastedAsync(string text, string path)
    {
        var line = text.Split('\n').Single(line => line.TrimStart().StartsWith("curl ", StringComparison.Ordinal) && line.Contains(path, StringComparison.Ordinal));
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-s"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        await shell.StandardInput.WriteLineAsync(line);
        shell.StandardInput.Close();
        return await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
