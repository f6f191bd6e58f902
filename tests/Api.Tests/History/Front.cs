using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CdpPipeline.Api.Tests.History;

/// <summary>Stands before a host and hands requests on, each by its number, as the test says.</summary>
internal sealed class Front : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpClient behind;
    private int requests;

    private Front(WebApplication app, HttpClient behind) => (this.app, this.behind) = (app, behind);

    public string Url => app.Urls.Single();

    public int Requests => Volatile.Read(ref requests);

    /// <param name="host">What is behind it.</param>
    /// <param name="fate">Given the request's number, from 1, and what hands it on.</param>
    public static async Task<Front> StartAsync(ApiHost host, Func<int, HttpContext, Func<Task>, Task> fate)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var front = new Front(app, new HttpClient { BaseAddress = host.Client.BaseAddress });
        app.Run(context => fate(Interlocked.Increment(ref front.requests), context, () => front.HandOnAsync(context)));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return front;
    }

    public static Task RefuseAsync(HttpContext context)
    {
        context.Response.StatusCode = (int)HttpStatusCode.ServiceUnavailable;
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        behind.Dispose();
    }

    private async Task HandOnAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        using var request = new HttpRequestMessage(HttpMethod.Post, context.Request.Path.Value) { Content = new ByteArrayContent(body.ToArray()) };
        request.Headers.Add("Authorization", context.Request.Headers.Authorization.ToString());
        request.Content.Headers.Add("Content-Type", "application/json");
        using var answer = await behind.SendAsync(request);
        context.Response.StatusCode = (int)answer.StatusCode;
        await context.Response.Body.WriteAsync(await answer.Content.ReadAsByteArrayAsync());
    }
}
