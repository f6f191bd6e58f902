using System.Net;
using CdpPipeline.Grains.Interfaces.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CdpPipeline.Api.Tests.Hosting;

/// <summary>Two hosts on one store: what one changes reaches the other, and one that was fenced ends.</summary>
public sealed class SharedStoreTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("cdp-shared-").FullName;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task A_key_that_one_made_works_at_the_other_and_one_that_was_revoked_no_longer_does()
    {
        await using var one = await StartAsync();
        await using var other = await StartAsync();
        var made = await one.PostAsync("/api/keys", """{"name":"reader","role":"read"}""", HttpStatusCode.Created);
        var key = made.GetProperty("key").GetString()!;
        await UntilAsync(() => StatusAsync(other, HttpMethod.Get, "/api/segments", key), HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.NoContent, (await one.SendAsync(HttpMethod.Delete, $"/api/keys/{made.GetProperty("id").GetString()}")).StatusCode);
        await UntilAsync(() => StatusAsync(other, HttpMethod.Get, "/api/segments", key), HttpStatusCode.Unauthorized);

        var source = await other.PostAsync("/api/sources", """{"name":"shop"}""", HttpStatusCode.Created);
        var writeKey = source.GetProperty("writeKey").GetString()!;
        const string Track = """{"userId":"ann","event":"Order"}""";
        await UntilAsync(() => StatusAsync(one, HttpMethod.Post, "/v1/track", writeKey, Track), HttpStatusCode.OK);
        await other.SendAsync(HttpMethod.Delete, $"/api/sources/{source.GetProperty("id").GetString()}");
        await UntilAsync(() => StatusAsync(one, HttpMethod.Post, "/v1/track", writeKey, Track), HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_segment_that_one_saved_is_listed_at_the_other()
    {
        await using var one = await StartAsync();
        await using var other = await StartAsync();
        await one.PostAsync("/api/segments", """{"name":"buyers","where":"did('Order')"}""", HttpStatusCode.Created);

        while ((await other.GetAsync("/api/segments")).GetProperty("segments").GetArrayLength() == 0) await Task.Yield();
    }

    [Fact]
    public async Task Segments_are_made_at_both_in_turn_and_none_is_refused()
    {
        await using var one = await StartAsync();
        await using var other = await StartAsync();

        for (var i = 0; i < 20; i++)
            await (i % 2 == 0 ? one : other).PostAsync("/api/segments", $$"""{"name":"s{{i}}","where":"did('Order')"}""", HttpStatusCode.Created);

        while ((await one.GetAsync("/api/segments")).GetProperty("segments").GetArrayLength() < 20) await Task.Yield();
    }

    [Fact]
    public async Task A_host_that_was_fenced_is_not_ready_and_ends_by_itself()
    {
        await using var one = await StartAsync();
        await using var other = await StartAsync();
        var stopping = other.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var ends = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = stopping.Register(ends.SetResult);

        Assert.True(await one.Services.GetRequiredService<IWriterFencing>().FenceAsync(other.Services.GetRequiredService<IWriterFencing>().Node, Cancelled));

        await ends.Task.WaitAsync(TimeSpan.FromMinutes(1), Cancelled);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => other.Services.GetRequiredService<IDocumentStore>().GetAsync("k", "a", Cancelled));
        Assert.Equal(HttpStatusCode.OK, (await one.SendAsync(HttpMethod.Get, "/readyz")).StatusCode);
    }

    private Task<ApiHost> StartAsync() => ApiHost.StartInAsync(
        directory, ("Cdp:WriteKey", ApiHost.WriteKey), ("Cdp:ApiKey", ApiHost.AdminKey), ("Cdp:Sharing:LookEvery", "00:00:00.020"));

    private static async Task<HttpStatusCode> StatusAsync(ApiHost host, HttpMethod method, string path, string key, string? body = null) =>
        (await host.SendAsync(method, path, body, key)).StatusCode;

    private static async Task UntilAsync(Func<Task<HttpStatusCode>> ask, HttpStatusCode expected)
    {
        while (await ask() != expected) await Task.Yield();
    }
}
