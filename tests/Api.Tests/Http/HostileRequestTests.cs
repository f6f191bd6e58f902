using System.Net;
using System.Text.RegularExpressions;

namespace CdpPipeline.Api.Tests.Http;

/// <summary>Requests as no library sends them, on a raw connection.</summary>
public sealed partial class HostileRequestTests(ApiHostFixture fixture) : IClassFixture<ApiHostFixture>
{
    private const string Post = "POST /v1/track HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer wk_test\r\nContent-Type: application/json\r\n";
    private const string Track = """{"userId":"x","event":"E"}""";
    private const string Clean = """{"userId":"c","event":"E"}""";
    private const string Smuggled = "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

    public static TheoryData<string> Framings() =>
    [
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n0\r\n\r\n",
        "Content-Length: 0\r\nContent-Length: 26\r\n\r\n" + Track,
        "Content-Length: 0, 26\r\n\r\n" + Track,
        "Content-Length: -1\r\n\r\n" + Track,
        "Content-Length: 0x1a\r\n\r\n" + Track,
        "Content-Length: 99999999999999999999\r\n\r\n" + Track,
        "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
        "X-A: b\r\n Content-Length: 26\r\n\r\n" + Track,
        "X-A: b\0c\r\n\r\n",
        "X-A: b\rContent-Length: 26\r\n\r\n" + Track,
        "X A: b\r\n\r\n",
        ": b\r\n\r\n",
    ];

    [Theory]
    [MemberData(nameof(Framings))]
    public async Task A_request_that_can_be_read_in_two_ways_is_refused_and_what_follows_it_is_not_read(string rest)
    {
        var answer = await RawConnection.AskAsync(fixture.Host, Post + rest + Smuggled);

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Single(StatusLine().Matches(answer));
        await fixture.Host.GetAsync("/api/profiles/userId:x", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Requests_that_follow_each_other_cleanly_are_both_answered()
    {
        var answer = await RawConnection.AskAsync(fixture.Host, $"{Post}Transfer-Encoding: chunked\r\n\r\n1a\r\n{Clean}\r\n0\r\n\r\n{Smuggled}");

        Assert.Equal(2, StatusLine().Count(answer));
        await fixture.Host.GetAsync("/api/profiles/userId:c");
    }

    [Theory]
    [InlineData("/../../../../etc/passwd")]
    [InlineData("/cdp.js/../../keys.json")]
    [InlineData("/cdp.js/..%2f..%2fkeys.json")]
    [InlineData("/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/..%2f..%2f..%2fetc%2fpasswd")]
    [InlineData("/..\\..\\etc\\passwd")]
    [InlineData("/%c0%ae%c0%ae/etc/passwd")]
    [InlineData("//etc/passwd")]
    [InlineData("/etc/passwd%00.js")]
    [InlineData("/.git/config")]
    [InlineData("/cdp.db")]
    [InlineData("/data/cdp.db")]
    [InlineData("/keys.json")]
    [InlineData("/appsettings.json")]
    [InlineData("/api/../keys.json")]
    [InlineData("/v1/../../keys.json")]
    public async Task No_path_leads_to_a_file(string path)
    {
        var answer = await RawConnection.AskAsync(fixture.Host, $"GET {path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {ApiHost.AdminKey}\r\nConnection: close\r\n\r\n");

        Assert.Matches("^HTTP/1.1 40[04] ", answer);
        Assert.DoesNotContain("root:", answer, StringComparison.Ordinal);
        Assert.DoesNotContain(ApiHost.WriteKey, answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /v1/projects/wk_test%0d%0aSet-Cookie:%20a=b/settings HTTP/1.1\r\nHost: a\r\n")]
    [InlineData("OPTIONS /v1/batch HTTP/1.1\r\nHost: a\r\nOrigin: https://a\r\nAccess-Control-Request-Headers: rsa-a%0d%0aSet-Cookie: a=b, rsa-b\tc, rsa-d\r\n")]
    [InlineData("GET /v1/projects/wk_test/settings HTTP/1.1\r\nHost: a%0d%0aSet-Cookie\r\n")]
    [InlineData("GET /api/profiles?cursor=%0d%0aSet-Cookie:%20a=b HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ak_test\r\n")]
    [InlineData("POST /api/session HTTP/1.1\r\nHost: a\r\nCookie: cdp_session=%0d%0aSet-Cookie:a=b\r\nContent-Length: 0\r\n")]
    public async Task Nothing_that_is_sent_becomes_a_header_of_an_answer(string request)
    {
        var answer = await RawConnection.AskAsync(fixture.Host, request + "Connection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 ", answer, StringComparison.Ordinal);
        var headers = answer[..answer.IndexOf("\r\n\r\n", StringComparison.Ordinal)];
        Assert.DoesNotContain("Set-Cookie", headers, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("%0d", headers, StringComparison.OrdinalIgnoreCase);
    }

    [GeneratedRegex("HTTP/1\\.1 \\d{3} ")]
    private static partial Regex StatusLine();
}
