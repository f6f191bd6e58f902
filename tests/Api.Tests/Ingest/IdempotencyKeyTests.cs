using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace CdpPipeline.Api.Tests.Ingest;

public sealed class IdempotencyKeyTests
{
    [Fact]
    public async Task A_key_is_good_once_for_a_customer_whichever_of_her_addresses_the_calls_name()
    {
        await using var host = await ApiHost.StartAsync();
        await host.IngestAsync("""{"type":"identify","userId":"ann","traits":{"email":"ann@home.com"}}""");
        await host.IngestAsync("""{"type":"identify","userId":"ann","traits":{"email":"ann@work.com"}}""");

        var first = await SendAsync(host, "ann@home.com", HttpStatusCode.Created);
        var again = await SendAsync(host, "ann@work.com", HttpStatusCode.OK);
        var other = await SendAsync(host, "bob@home.com", HttpStatusCode.Created);

        Assert.False(again.GetProperty("created").GetBoolean());
        Assert.Equal(first.GetProperty("eventId").GetString(), again.GetProperty("eventId").GetString());
        Assert.Equal(first.GetProperty("customerId").GetString(), again.GetProperty("customerId").GetString());
        Assert.NotEqual(first.GetProperty("customerId").GetString(), other.GetProperty("customerId").GetString());
    }

    private static async Task<JsonElement> SendAsync(ApiHost host, string email, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/events");
        request.Content = new StringContent($$"""{"email":"{{email}}","type":"Order"}""", Encoding.UTF8, "application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ApiHost.WriteKey);
        request.Headers.Add("Idempotency-Key", "order-1");
        return await ApiHost.ReadAsync(await host.Client.SendAsync(request, TestContext.Current.CancellationToken), status);
    }
}
