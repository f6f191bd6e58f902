using System.Net;
using System.Text;
using System.Text.Json;
using CdpPipeline.Api.Auth;
using CdpPipeline.Api.Ingest;
using CdpPipeline.Grains.Interfaces.Ingest;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace CdpPipeline.Api.Tests.Ingest;

/// <summary>The ingest edge on a real Kestrel at a free loopback port, with <see cref="RecordingIngest"/> behind it.</summary>
internal sealed class IngestHost : IAsyncDisposable
{
    public const string WriteKey = "wk_test";

    private readonly WebApplication app;

    private IngestHost(WebApplication app, RecordingIngest ingest)
    {
        this.app = app;
        Ingest = ingest;
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public RecordingIngest Ingest { get; }

    public HttpClient Client { get; }

    public WriteKeys Keys => app.Services.GetRequiredService<WriteKeys>();

    public static async Task<IngestHost> StartAsync(params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["Cdp:WriteKey"] = WriteKey;
        foreach (var (key, value) in settings) builder.Configuration[key] = value;
        var ingest = new RecordingIngest();
        builder.Services.AddSingleton<IIngest>(ingest);
        builder.Services.AddIngest(builder.Configuration);
        var app = builder.Build();
        app.MapIngest();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new IngestHost(app, ingest);
    }

    public Task<HttpResponseMessage> PostAsync(string path, string body, Action<HttpRequestMessage>? change = null) =>
        PostAsync(path, Encoding.UTF8.GetBytes(body), change);

    /// <summary>Posts with the write key as Basic user name, as Segment's libraries do, unless changed.</summary>
    public Task<HttpResponseMessage> PostAsync(string path, byte[] body, Action<HttpRequestMessage>? change = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        request.Headers.Add("Authorization", Basic(WriteKey));
        change?.Invoke(request);
        return Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public static string Basic(string user, string password = "") =>
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));

    public static async Task<JsonElement> JsonAsync(HttpResponseMessage response)
    {
        using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        return document.RootElement.Clone();
    }

    public static Task<string> TextAsync(HttpResponseMessage response) => response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    /// <summary>The answer is this problem, seen by browsers too; returns its field.</summary>
    public static async Task<string?> ProblemAsync(HttpResponseMessage response, HttpStatusCode status, string code)
    {
        var problem = await JsonAsync(response);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal("urn:cdp:error:" + code, problem.GetProperty("type").GetString());
        return problem.TryGetProperty("field", out var field) ? field.GetString() : null;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.DisposeAsync();
    }
}
