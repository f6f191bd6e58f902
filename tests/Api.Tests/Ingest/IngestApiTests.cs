using System.Net;
using CdpPipeline.Domain.Events;
using CdpPipeline.Grains.Interfaces.Ingest;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Api.Tests.Ingest;

public sealed class IngestApiTests : IAsyncLifetime
{
    private IngestHost host = null!;

    public async ValueTask InitializeAsync() => host = await IngestHost.StartAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Theory]
    [InlineData("/v1/track", EventType.Track)]
    [InlineData("/v1/t", EventType.Track)]
    [InlineData("/v1/identify", EventType.Identify)]
    [InlineData("/v1/i", EventType.Identify)]
    [InlineData("/v1/page", EventType.Page)]
    [InlineData("/v1/p", EventType.Page)]
    [InlineData("/v1/screen", EventType.Screen)]
    [InlineData("/v1/s", EventType.Screen)]
    [InlineData("/v1/group", EventType.Group)]
    [InlineData("/v1/g", EventType.Group)]
    [InlineData("/v1/alias", EventType.Alias)]
    [InlineData("/v1/a", EventType.Alias)]
    [InlineData("/v1/track/", EventType.Track)]
    public async Task A_single_call_is_handed_on_and_answered_with_the_person(string path, EventType type)
    {
        var response = await host.PostAsync(path, """{"userId":"u","event":"E","groupId":"g","previousId":"p","messageId":"m1"}""");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal($$"""{"success":true,"identityId":"{{RecordingIngest.Person}}","messageId":"m1"}""", await IngestHost.TextAsync(response));
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
        Assert.NotNull(response.Content.Headers.ContentLength);
        Assert.Equal(type, Assert.Single(host.Ingest.Events).Type);
    }

    [Fact]
    public async Task A_call_without_a_messageId_is_told_one()
    {
        var answer = await IngestHost.JsonAsync(await host.PostAsync("/v1/track", """{"userId":"u","event":"E"}"""));

        Assert.Equal("cdp-1-1", answer.GetProperty("messageId").GetString());
        Assert.Null(Assert.Single(host.Ingest.Events).MessageId);
    }

    [Theory]
    [InlineData("/v1/batch")]
    [InlineData("/v1/import")]
    [InlineData("/v1/b")]
    [InlineData("/beacon/v1/batch")]
    public async Task A_batch_is_answered_with_what_became_of_it(string path)
    {
        host.Ingest.RefusedName = "Refused";
        var response = await host.PostAsync(path, """
            {"batch":[{"type":"track","event":"Refused","userId":"u","messageId":"m0"},
                      {"type":"track","event":"E","userId":"u","messageId":"m1"},
                      {"type":"track","userId":"u","messageId":"m2"},
                      {"type":"track","event":"E","userId":"u","messageId":"m1"}]}
            """);
        var answer = await IngestHost.JsonAsync(response);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(answer.GetProperty("success").GetBoolean());
        Assert.Equal(1, answer.GetProperty("accepted").GetInt32());
        Assert.Equal(1, answer.GetProperty("duplicates").GetInt32());
        Assert.Equal(
            [(0, "m0", "traits"), (2, "m2", "event")],
            answer.GetProperty("rejected").EnumerateArray().Select(one =>
                (one.GetProperty("index").GetInt32(), one.GetProperty("messageId").GetString(), one.GetProperty("field").GetString())));
        Assert.False(string.IsNullOrEmpty(answer.GetProperty("rejected")[0].GetProperty("error").GetString()));
    }

    [Fact]
    public async Task A_batch_of_nothing_good_is_still_a_success()
    {
        var response = await host.PostAsync("/v1/batch", """{"batch":[5]}""");

        Assert.Equal("""{"success":true,"accepted":0,"duplicates":0,"rejected":[{"index":0,"messageId":null,"field":"body","error":"an event must be a JSON object"}]}""", await IngestHost.TextAsync(response));
    }

    [Fact]
    public async Task A_bad_single_call_is_told_the_field()
    {
        Assert.Equal("event", await IngestHost.ProblemAsync(await host.PostAsync("/v1/track", """{"userId":"u"}"""), HttpStatusCode.BadRequest, "invalid-field"));
        Assert.Equal("batch", await IngestHost.ProblemAsync(await host.PostAsync("/v1/batch", "{}"), HttpStatusCode.BadRequest, "invalid-field"));
        await IngestHost.ProblemAsync(await host.PostAsync("/v1/track", "{"), HttpStatusCode.BadRequest, "not-json");
        await IngestHost.ProblemAsync(await host.PostAsync("/v1/batch", ""), HttpStatusCode.BadRequest, "not-json");
        host.Ingest.RefusedName = "E";
        Assert.Equal("traits", await IngestHost.ProblemAsync(await host.PostAsync("/v1/t", """{"userId":"u","event":"E"}"""), HttpStatusCode.BadRequest, "too-many-traits"));
        Assert.Empty(host.Ingest.Events);
    }

    [Fact]
    public async Task A_store_that_is_away_is_a_503_with_a_time_to_wait()
    {
        host.Ingest.Failure = new StoreUnavailableException("down");
        var single = await host.PostAsync("/v1/track", """{"userId":"u","event":"E"}""");
        var batch = await host.PostAsync("/v1/batch", """{"batch":[{"type":"page","userId":"u"},{"type":"bad"}]}""");
        host.Ingest.Failure = new OverloadedException("full");
        var full = await host.PostAsync("/api/events", """{"email":"a@b.co","type":"E"}""");

        await IngestHost.ProblemAsync(single, HttpStatusCode.ServiceUnavailable, "store-unavailable");
        await IngestHost.ProblemAsync(batch, HttpStatusCode.ServiceUnavailable, "store-unavailable");
        await IngestHost.ProblemAsync(full, HttpStatusCode.ServiceUnavailable, "overloaded");
        Assert.Equal("2", batch.Headers.GetValues("Retry-After").Single());
        Assert.Equal("1", full.Headers.GetValues("Retry-After").Single());
        Assert.Equal("Retry-After", full.Headers.GetValues("Access-Control-Expose-Headers").Single());
    }

    [Fact]
    public async Task A_bug_is_a_500_that_tells_nothing()
    {
        host.Ingest.Failure = new InvalidOperationException("secret");
        var response = await host.PostAsync("/v1/track", """{"userId":"u","event":"E"}""");

        Assert.DoesNotContain("secret", await IngestHost.TextAsync(response), StringComparison.Ordinal);
        await IngestHost.ProblemAsync(response, HttpStatusCode.InternalServerError, "internal");
    }

    [Theory]
    [InlineData("/v1/nothing")]
    [InlineData("/v1/track/more")]
    [InlineData("/v1")]
    public async Task An_unknown_path_is_a_404_in_JSON(string path) =>
        await IngestHost.ProblemAsync(await host.PostAsync(path, "{}"), HttpStatusCode.NotFound, "not-found");

    [Theory]
    [InlineData("GET", "/v1/batch", "POST, OPTIONS")]
    [InlineData("PUT", "/v1/track", "POST, OPTIONS")]
    [InlineData("DELETE", "/api/events", "POST, OPTIONS")]
    [InlineData("POST", "/v1/projects/wk_test/settings", "GET, HEAD, OPTIONS")]
    public async Task A_wrong_method_is_a_405_in_JSON(string method, string path, string allowed)
    {
        var response = await host.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), TestContext.Current.CancellationToken);

        await IngestHost.ProblemAsync(response, HttpStatusCode.MethodNotAllowed, "method-not-allowed");
        Assert.Equal(allowed, string.Join(", ", response.Content.Headers.Allow));
    }

    [Fact]
    public async Task The_browser_librarys_metrics_are_welcome_and_not_kept()
    {
        var response = await host.PostAsync("/v1/m", """{"series":[]}""", request => request.Headers.Remove("Authorization"));

        Assert.Equal("""{"success":true}""", await IngestHost.TextAsync(response));
        Assert.Empty(host.Ingest.Events);
    }

    [Fact]
    public async Task The_settings_document_points_the_browser_library_here()
    {
        var response = await host.Client.GetAsync(new Uri("/v1/projects/wk_test/settings", UriKind.Relative), TestContext.Current.CancellationToken);
        var authority = host.Client.BaseAddress!.Authority;

        Assert.Equal($$$$"""{"integrations":{"Segment.io":{"apiKey":"wk_test","apiHost":"{{{{authority}}}}/v1","protocol":"http"}}}""", await IngestHost.TextAsync(response));
        Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
    }

    [Theory]
    [InlineData("/v1/projects/wk_test/settings")]
    [InlineData("/sourceConfig/?writeKey=wk_test")]
    public async Task What_can_be_got_can_be_asked_for_its_head(string path)
    {
        var got = await host.Client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

        var head = await host.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path), TestContext.Current.CancellationToken);

        Assert.Equal((got.StatusCode, got.Content.Headers.ContentLength), (head.StatusCode, head.Content.Headers.ContentLength));
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
    }

    [Fact]
    public async Task The_settings_document_knows_the_public_URL()
    {
        await using var behindProxy = await IngestHost.StartAsync(("Cdp:Ingest:PublicUrl", "https://cdp.example/in/"));
        var response = await behindProxy.Client.GetAsync(new Uri("/v1/projects/wk_test/settings", UriKind.Relative), TestContext.Current.CancellationToken);
        var settings = (await IngestHost.JsonAsync(response)).GetProperty("integrations").GetProperty("Segment.io");

        Assert.Equal("cdp.example/in/v1", settings.GetProperty("apiHost").GetString());
        Assert.Equal("https", settings.GetProperty("protocol").GetString());
    }
}
