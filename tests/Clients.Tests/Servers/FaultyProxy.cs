using System.IO.Compression;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CdpPipeline.Clients.Tests.Servers;

/// <summary>
/// A reverse proxy before the real server. Requests with events meet the given fates in the order in which they come, and pass after that.
/// While the server is being started again, requests wait. What came is recorded.
/// </summary>
internal sealed class FaultyProxy : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly RealServer server;
    private readonly HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, PooledConnectionLifetime = TimeSpan.Zero });
    private readonly Lock gate = new();
    private readonly Queue<Fate> fates;
    private readonly List<Sent> sent = [];

    private FaultyProxy(WebApplication app, RealServer server, IEnumerable<Fate> fates)
    {
        this.app = app;
        this.server = server;
        this.fates = new Queue<Fate>(fates);
    }

    public Uri Address => new(app.Urls.Single());

    /// <summary>The requests with events so far.</summary>
    public IReadOnlyList<Sent> Sent
    {
        get
        {
            lock (gate) return [.. sent];
        }
    }

    public static async Task<FaultyProxy> StartAsync(RealServer server, params Fate[] fates)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.Configure<KestrelServerOptions>(options => options.AddServerHeader = false);
        var app = builder.Build();
        var proxy = new FaultyProxy(app, server, fates);
        app.Run(proxy.AnswerAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return proxy;
    }

    /// <summary>From now on everything passes.</summary>
    public void Heal()
    {
        lock (gate) fates.Clear();
    }

    public override string ToString() => $"Came: {string.Join(", ", Sent)}\n{server.Output}";

    public async ValueTask DisposeAsync()
    {
        // The page or the library may still hold connections; nothing under way is of interest any more.
        using var now = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
        client.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var stream = new MemoryStream();
        await context.Request.Body.CopyToAsync(stream, context.RequestAborted);
        var body = stream.ToArray();
        switch (HttpMethods.IsPost(context.Request.Method) ? Next(context.Request, body) : Fate.Pass)
        {
            case Fate.Broken:
                Refuse(context.Response, StatusCodes.Status500InternalServerError, isWaitKnown: false);
                break;
            case Fate.Busy:
                Refuse(context.Response, StatusCodes.Status503ServiceUnavailable, isWaitKnown: true);
                break;
            case Fate.TooMany:
                Refuse(context.Response, StatusCodes.Status429TooManyRequests, isWaitKnown: true);
                break;
            case Fate.Cut:
                context.Abort();
                break;
            case Fate.DiesBefore:
                await server.KillAndRestartAsync();
                context.Abort();
                break;
            case Fate.DiesAfter:
                using (await AskAsync(context.Request, body)) await server.KillAndRestartAsync();
                context.Abort();
                break;
            default:
                await PassAsync(context, body);
                break;
        }
    }

    private Fate Next(HttpRequest request, byte[] body)
    {
        lock (gate)
        {
            var fate = fates.TryDequeue(out var next) ? next : Fate.Pass;
            sent.Add(new Sent(request.Path, MessageIds(request, body), fate));
            return fate;
        }
    }

    private async Task PassAsync(HttpContext context, byte[] body)
    {
        try
        {
            using var answer = await AskAsync(context.Request, body);
            var content = await answer.Content.ReadAsByteArrayAsync(CancellationToken.None);
            context.Response.StatusCode = (int)answer.StatusCode;
            foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
            {
                if (name is not ("Transfer-Encoding" or "Connection")) context.Response.Headers[name] = values.ToArray();
            }

            if (content.Length > 0) await context.Response.Body.WriteAsync(content, CancellationToken.None);
        }
        catch (HttpRequestException)
        {
            // Killed for another request's sake.
            context.Abort();
        }
    }

    // Not cancelled with the page's request: a page that goes away has still sent it.
    private async Task<HttpResponseMessage> AskAsync(HttpRequest request, byte[] body)
    {
        await server.ReadyAsync();
        using var question = new HttpRequestMessage(new HttpMethod(request.Method), new Uri(server.Address, request.Path + request.QueryString));
        if (body.Length > 0) question.Content = new ByteArrayContent(body);
        foreach (var (name, values) in request.Headers)
        {
            if (name is "Connection" or "Content-Length") continue;
            if (!question.Headers.TryAddWithoutValidation(name, values.ToArray())) question.Content?.Headers.TryAddWithoutValidation(name, values.ToArray());
        }

        return await client.SendAsync(question, CancellationToken.None);
    }

    private static void Refuse(HttpResponse response, int status, bool isWaitKnown)
    {
        response.StatusCode = status;
        response.Headers.AccessControlAllowOrigin = "*";
        response.Headers.AccessControlExposeHeaders = "Retry-After";
        if (isWaitKnown) response.Headers.RetryAfter = "1";
    }

    private static List<string> MessageIds(HttpRequest request, byte[] body)
    {
        Stream stream = new MemoryStream(body);
        if (request.Headers.ContentEncoding == "gzip") stream = new GZipStream(stream, CompressionMode.Decompress);
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.TryGetProperty("batch", out var batch)
            ? [.. batch.EnumerateArray().Select(call => call.GetProperty("messageId").GetString()!)]
            : [document.RootElement.GetProperty("messageId").GetString()!];
    }
}
