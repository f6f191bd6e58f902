using System.Net;
using System.Text.Json;
using CdpPipeline.Api.Tests.Fuzz;
using Microsoft.Extensions.Logging;

namespace CdpPipeline.Api.Tests.Auth;

public sealed class FirstKeysTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("cdp-keys-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task Generated_keys_are_kept_for_the_owner_alone_and_work_again_after_a_restart()
    {
        (string Write, string Admin) first;
        await using (var host = await ApiHost.StartInAsync(directory))
        {
            first = Kept();
            await AssertWorkAsync(host, first);
        }

        await using (var host = await ApiHost.StartInAsync(directory))
        {
            Assert.Equal(first, Kept());
            await AssertWorkAsync(host, first);
        }

        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(directory, "keys.json")));
    }

    [Fact]
    public async Task A_generated_admin_key_can_be_removed_only_when_there_is_another()
    {
        await using var host = await ApiHost.StartInAsync(directory);
        var admin = Kept().Admin;

        Assert.Equal(HttpStatusCode.Conflict, await RemoveAsync());
        using var made = await host.SendAsync(HttpMethod.Post, "/api/keys", """{"name":"other","role":"admin"}""", admin);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, await RemoveAsync());
        Assert.Equal(HttpStatusCode.Unauthorized, await RemoveAsync());

        async Task<HttpStatusCode> RemoveAsync()
        {
            using var response = await host.SendAsync(HttpMethod.Delete, "/api/keys/admin", key: admin);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task A_configured_key_takes_the_place_of_the_generated_one()
    {
        await using (await ApiHost.StartInAsync(directory))
        {
        }

        var generated = Kept();
        await using var host = await ApiHost.StartInAsync(directory, ("Cdp:WriteKey", "wk_mine"), ("Cdp:ApiKey", "ak_mine"));

        await AssertWorkAsync(host, ("wk_mine", "ak_mine"));
        using var old = await host.SendAsync(HttpMethod.Get, "/api/keys", key: generated.Admin);
        using var oldSource = await host.SendAsync(HttpMethod.Post, "/v1/track", """{"userId":"u","event":"E"}""", generated.Write);
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (old.StatusCode, oldSource.StatusCode));
    }

    [Theory]
    [InlineData("ak_short", "wk_sixteen_chars", "Cdp:ApiKey")]
    [InlineData("ak_sixteen_chars", "wk_short", "Cdp:WriteKey")]
    [InlineData("ak_sixteen_chars", "wk_sixteen_chars", null)]
    public async Task A_short_key_of_the_configuration_is_taken_and_warned_of_by_its_name(string admin, string write, string? named)
    {
        using var log = new ErrorLog(LogLevel.Warning);

        await using (var host = await ApiHost.StartInAsync(directory, builder => builder.Logging.AddProvider(log), ("Cdp:WriteKey", write), ("Cdp:ApiKey", admin)))
            await AssertWorkAsync(host, (write, admin));

        var warned = log.Entries.Where(entry => entry.Contains("characters", StringComparison.Ordinal)).ToList();
        Assert.Equal(named is null ? 0 : 1, warned.Count);
        Assert.All(warned, entry => Assert.Contains(named!, entry, StringComparison.Ordinal));
        Assert.DoesNotContain(log.Entries, entry => entry.Contains("_short", StringComparison.Ordinal));
    }

    private static async Task AssertWorkAsync(ApiHost host, (string Write, string Admin) keys)
    {
        using var read = await host.SendAsync(HttpMethod.Get, "/api/keys", key: keys.Admin);
        using var written = await host.SendAsync(HttpMethod.Post, "/v1/track", """{"userId":"u","event":"E"}""", keys.Write);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (read.StatusCode, written.StatusCode));
    }

    private (string Write, string Admin) Kept()
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(directory, "keys.json")));
        return (file.RootElement.GetProperty("writeKey").GetString()!, file.RootElement.GetProperty("apiKey").GetString()!);
    }
}
