using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CdpPipeline.Browser.Tests;

/// <summary>A reverse proxy before the host that keeps a record of what pages send and fails what it is told to fail.</summary>
internal sealed class Gateway : IAsyncDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly WebApplication app;
    private readonly HttpClient host;
    private readonly Lock gate = new();
    private readonly List<Sent> sent = [];
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Gateway(WebApplication app, HttpClient host)
    {
        this.app = app;
        this.host = host;
    }

    /// <summary>Decides about each request with events, by its content type, its mode and how many came before it. Default: all pass.</summary>
    public Func<Sent, int, Fate> Decide { get; set; } = (_, _) => Fate.Pass;

    /// <summary>The Retry-After of a readable 503, in seconds. Default: none.</summary>
    public int? RetryAfterSeconds { get; set; }

    public Uri Address => new(app.Urls.Single());

    public static async Task<Gateway> StartAsync(HttpClient host)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var gateway = new Gateway(app, host);
        app.Run(gateway.ForwardAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return gateway;
    }

    /// <summary>Waits until what has been sent, answers included, is as it should be; fails when that takes too long.</summary>
    public async Task<IReadOnlyList<Sent>> UntilAsync(Func<IReadOnlyList<Sent>, bool> holds)
    {
        while (true)
        {
            var (now, next) = Look();
            if (holds(now)) return now;
            try
            {
                await next.WaitAsync(LongestWait, TestContext.Current.CancellationToken);
            }
            catch (TimeoutException)
            {
                Assert.Fail($"Sent so far: {string.Join("; ", now)}");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
    }

    private (IReadOnlyList<Sent> Sent, Task Changed) Look()
    {
        lock (gate) return ([.. sent], changed.Task);
    }

    private async Task ForwardAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            await AskHostAsync(context, body.ToArray(), answers: true);
            return;
        }

        var request = Read(context.Request, body.ToArray());
        request = request with { Fate = Decide(request, Look().Sent.Count) };
        if (request.Fate is Fate.Pass or Fate.AnswerLost) await AskHostAsync(context, body.ToArray(), request.Fate == Fate.Pass);
        else Refuse(context.Response, request.Fate);
        Record(request);
        if (request.Fate == Fate.AnswerLost) context.Abort();
    }

    private void Record(Sent request)
    {
        TaskCompletionSource waiting;
        lock (gate)
        {
            sent.Add(request);
            waiting = changed;
            changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        waiting.SetResult();
    }

    private static Sent Read(HttpRequest request, byte[] body)
    {
        using var document = JsonDocument.Parse(body);
        var messageIds = document.RootElement.GetProperty("batch").EnumerateArray().Select(call => call.GetProperty("messageId").GetString()!).ToList();
        return new Sent(request.Headers["Sec-Fetch-Mode"].ToString(), request.ContentType ?? "", messageIds, TimeProvider.System.GetTimestamp(), Fate.Pass);
    }

    private void Refuse(HttpResponse response, Fate fate)
    {
        response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        if (fate == Fate.Unreadable) return;
        response.Headers.AccessControlAllowOrigin = "*";
        response.Headers.AccessControlExposeHeaders = "Retry-After";
        if (RetryAfterSeconds is { } seconds) response.Headers.RetryAfter = $"{seconds}";
    }

    private async Task AskHostAsync(HttpContext context, byte[] body, bool answers)
    {
        using var question = new HttpRequestMessage(new HttpMethod(context.Request.Method), context.Request.Path + context.Request.QueryString);
        if (body.Length > 0) question.Content = new ByteArrayContent(body);
        foreach (var (name, values) in context.Request.Headers)
        {
            if (name is "Host" or "Connection" or "Content-Length") continue;
            if (!question.Headers.TryAddWithoutValidation(name, values.ToArray())) question.Content?.Headers.TryAddWithoutValidation(name, values.ToArray());
        }

        // Not cancelled with the page's request: a page that goes away has still sent it.
        using var answer = await host.SendAsync(question, CancellationToken.None);
        var content = await answer.Content.ReadAsByteArrayAsync(CancellationToken.None);
        if (!answers) return;
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
        {
            if (name != "Transfer-Encoding") context.Response.Headers[name] = values.ToArray();
        }

        if (content.Length > 0) await context.Response.Body.WriteAsync(content, CancellationToken.None);
    }
}
