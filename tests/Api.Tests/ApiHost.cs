using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using CdpPipeline.Api.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace CdpPipeline.Api.Tests;

/// <summary>The whole host on a free loopback port, with SQLite in a directory of its own.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    public const string WriteKey = "wk_test";
    public const string AdminKey = "ak_test";

    private readonly WebApplication app;
    private readonly bool ownsDirectory;

    private ApiHost(WebApplication app, string directory, bool ownsDirectory)
    {
        this.app = app;
        this.ownsDirectory = ownsDirectory;
        Directory = directory;
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public HttpClient Client { get; }

    public string Directory { get; }

    public IServiceProvider Services => app.Services;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static Task<ApiHost> StartAsync(params (string Key, string Value)[] settings)
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("cdp-api-").FullName;
        return StartAsync(directory, ownsDirectory: true, [("Cdp:WriteKey", WriteKey), ("Cdp:ApiKey", AdminKey), .. settings]);
    }

    /// <summary>On a directory that the caller keeps, with these settings only.</summary>
    public static Task<ApiHost> StartInAsync(string directory, params (string Key, string Value)[] settings) => StartAsync(directory, ownsDirectory: false, settings);

    /// <summary>The same, with the last word on how the host is composed.</summary>
    public static Task<ApiHost> StartInAsync(string directory, Action<WebApplicationBuilder> configure, params (string Key, string Value)[] settings) =>
        StartAsync(directory, ownsDirectory: false, settings, configure);

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? body = null, string? key = AdminKey)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return await Client.SendAsync(request, Cancelled);
    }

    public async Task<JsonElement> GetAsync(string path, HttpStatusCode status = HttpStatusCode.OK) => await ReadAsync(await SendAsync(HttpMethod.Get, path), status);

    public async Task<JsonElement> PostAsync(string path, string body, HttpStatusCode status = HttpStatusCode.OK) =>
        await ReadAsync(await SendAsync(HttpMethod.Post, path, body), status);

    public async Task<JsonElement> PutAsync(string path, string body, HttpStatusCode status = HttpStatusCode.OK) =>
        await ReadAsync(await SendAsync(HttpMethod.Put, path, body), status);

    public async Task DeleteAsync(string path, HttpStatusCode status = HttpStatusCode.NoContent)
    {
        using var response = await SendAsync(HttpMethod.Delete, path);
        Assert.Equal(status, response.StatusCode);
    }

    /// <summary>Sends one call in and returns its identity's id.</summary>
    public async Task<string> IngestAsync(string call) =>
        (await ReadAsync(await SendAsync(HttpMethod.Post, "/v1/track", call, WriteKey), HttpStatusCode.OK)).GetProperty("identityId").GetString()!;

    public async Task IngestBatchAsync(IEnumerable<string> calls)
    {
        foreach (var chunk in calls.Chunk(500))
        {
            var answer = await ReadAsync(await SendAsync(HttpMethod.Post, "/v1/batch", $$"""{"batch":[{{string.Join(',', chunk)}}]}""", WriteKey), HttpStatusCode.OK);
            Assert.Equal(chunk.Length, answer.GetProperty("accepted").GetInt32());
        }
    }

    /// <summary>Saves a segment and waits until its backfill is done.</summary>
    public async Task<string> SegmentAsync(string body)
    {
        var id = (await PostAsync("/api/segments", body, HttpStatusCode.Created)).GetProperty("segmentId").GetString()!;
        await UntilAsync(async () => (await GetAsync($"/api/segments/{id}")).GetProperty("status").GetString() == "live");
        return id;
    }

    /// <summary>Asks again and again until it holds; fails when it has not held for ten seconds.</summary>
    public static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!await holds()) Assert.False(late.IsCancellationRequested, "It did not come true.");
    }

    public static async Task<JsonElement> ReadAsync(HttpResponseMessage response, HttpStatusCode status)
    {
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync(Cancelled);
            Assert.True(status == response.StatusCode, $"{response.RequestMessage!.RequestUri}: {response.StatusCode} {text}");
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 1_000 });
            return document.RootElement.Clone();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        if (ownsDirectory) System.IO.Directory.Delete(Directory, recursive: true);
    }

    private static async Task<ApiHost> StartAsync(string directory, bool ownsDirectory, (string Key, string Value)[] settings, Action<WebApplicationBuilder>? configure = null)
    {
        var app = await CdpHost.CreateAsync([], builder =>
        {
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Configuration["Cdp:DataDirectory"] = directory;
            foreach (var (key, value) in settings) builder.Configuration[key] = value;
            configure?.Invoke(builder);
        });
        await app.StartAsync(Cancelled);
        return new ApiHost(app, directory, ownsDirectory);
    }
}
