using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using CdpPipeline.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CdpPipeline.Silo.Tests.Nodes;

/// <summary>A whole node in this process, with its calls and with all that it does by itself.</summary>
internal sealed class ServedNode : IAsyncDisposable
{
    public const string WriteKey = "wk_test";
    public const string AdminKey = "ak_test";

    private readonly WebApplication app;

    private ServedNode(WebApplication app)
    {
        this.app = app;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()), Timeout = TimeSpan.FromSeconds(60) };
    }

    public HttpClient Client { get; }

    public IServiceProvider Services => app.Services;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static Task<ServedNode> StartAsync(string connectionString, params (string Key, string Value)[] settings) => StartAsync(connectionString, NullLoggerProvider.Instance, settings);

    /// <summary>The same, with its log written there.</summary>
    public static async Task<ServedNode> StartAsync(string connectionString, ILoggerProvider log, params (string Key, string Value)[] settings)
    {
        var app = await SiloHost.CreateAsync([], builder =>
        {
            builder.Logging.ClearProviders();
            builder.Logging.AddProvider(log);
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Configuration["Cdp:ConnectionString"] = connectionString;
            builder.Configuration["Cdp:WriteKey"] = WriteKey;
            builder.Configuration["Cdp:ApiKey"] = AdminKey;
            builder.Configuration["Cdp:Cluster:Port"] = $"{ProgramProcess.FreePort()}";
            builder.Configuration["Cdp:Cluster:AdvertisedAddress"] = "127.0.0.1";
            builder.Configuration["Cdp:Postgres:ConnectionsMax"] = "10";
            foreach (var (key, value) in settings) builder.Configuration[key] = value;
        });
        await app.StartAsync(Cancelled);
        return new ServedNode(app);
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? body = null, string key = AdminKey)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
    }

    public async Task<JsonElement> AskAsync(HttpMethod method, string path, string? body = null, string key = AdminKey)
    {
        using var response = await SendAsync(method, path, body, key);
        var text = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {response.StatusCode} {text}");
        return JsonElement.Parse(text);
    }

    public Task<JsonElement> TrackAsync(string call) => AskAsync(HttpMethod.Post, "/v1/track", call, WriteKey);

    public async Task<HttpStatusCode> StatusAsync(string path)
    {
        using var response = await SendAsync(HttpMethod.Get, path);
        return response.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
    }
}
