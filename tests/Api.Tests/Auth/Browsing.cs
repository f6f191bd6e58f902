using System.Net;
using System.Text;
using System.Text.Json;

namespace CdpPipeline.Api.Tests.Auth;

/// <summary>A browser's session with a host: its cookie, and what its page knows.</summary>
internal sealed record Browsing(string Cookie, string Csrf)
{
    /// <summary>Opens a session and hands out the cookie as it was set.</summary>
    public static async Task<(Browsing Session, string SetCookie, JsonElement Body)> OpenAsync(ApiHost host, string key = ApiHost.AdminKey)
    {
        using var content = new StringContent(JsonSerializer.Serialize(new { key }), Encoding.UTF8, "application/json");
        using var response = await host.Client.PostAsync("/api/session", content, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var cookie = Assert.Single(response.Headers.GetValues("Set-Cookie"));
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return (new Browsing(cookie.Split(';')[0], body.RootElement.GetProperty("csrf").GetString()!), cookie, body.RootElement.Clone());
    }

    /// <summary>A request with the cookie, the CSRF token unless told not to, and perhaps an Origin.</summary>
    public async Task<HttpResponseMessage> SendAsync(ApiHost host, HttpMethod method, string path, string? body = null, bool hasToken = true, string? origin = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.Add("Cookie", Cookie);
        if (hasToken) request.Headers.Add("X-CSRF-Token", Csrf);
        if (origin is not null) request.Headers.Add("Origin", origin);
        return await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    public async Task<HttpStatusCode> StatusAsync(ApiHost host, HttpMethod method, string path, string? body = null, bool hasToken = true, string? origin = null)
    {
        using var response = await SendAsync(host, method, path, body, hasToken, origin);
        return response.StatusCode;
    }
}
