using System.Text.Json;

namespace CdpPipeline.Api.Tests.Fuzz;

/// <summary>A source with all that can be set of one: allowed origins and events, a rate that is reached now and then, and a tracking plan that blocks.</summary>
internal sealed record BoundSource(string Id, string WriteKey)
{
    private const string Bounds =
        """{"name":"bound","allowedOrigins":["https://shop.example"],"allowedEvents":["Order Completed","Signed Up","Bought","Upgraded Plan"],"rateLimit":{"eventsPerSecond":400,"burst":800}}""";

    private const string Plan =
        """{"mode":"block","unplanned":"report","events":{"Order Completed":{"required":["total"],"properties":{"total":{"type":"number","multipleOf":0.01},"products":{"items":{"type":"object"}}}}}}""";

    public static async Task<BoundSource> MakeAsync(FuzzHost host)
    {
        using var post = new HttpRequestMessage(HttpMethod.Post, "/api/sources") { Content = new StringContent(Bounds) };
        using var made = JsonDocument.Parse((await host.SendAsync(post, ApiHost.AdminKey)).Body);
        var source = new BoundSource(made.RootElement.GetProperty("id").GetString()!, made.RootElement.GetProperty("writeKey").GetString()!);
        using var put = new HttpRequestMessage(HttpMethod.Put, $"/api/sources/{source.Id}/plan") { Content = new StringContent(Plan) };
        var (status, answer) = await host.SendAsync(put, ApiHost.AdminKey);
        Assert.True(status == 200, answer);
        return source;
    }
}
