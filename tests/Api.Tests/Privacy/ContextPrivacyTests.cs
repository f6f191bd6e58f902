using System.Net;
using System.Text;
using CdpPipeline.Api.Hosting;
using CdpPipeline.Api.Privacy;
using Microsoft.Extensions.Configuration;

namespace CdpPipeline.Api.Tests.Privacy;

public sealed class ContextPrivacyTests
{
    [Theory]
    [InlineData("Keep", "Keep", false, """{"ip":"203.0.113.77","userAgent":"x"}""", """{"ip":"203.0.113.77","userAgent":"x"}""")]
    [InlineData("Keep", "Keep", false, "", "")]
    [InlineData("Drop", "Keep", false, """{"a":{"ip":"1.2.3.4"},"ip":"203.0.113.77","userAgent":"x"}""", """{"a":{"ip":"1.2.3.4"},"userAgent":"x"}""")]
    [InlineData("drop", "drop", true, """{"\u0069p":"203.0.113.77","userAgent":"x","userAgentData":{"mobile":true},"n":1e5}""", """{"n":1e5}""")]
    [InlineData("Truncate", "Keep", false, """{"ip":"203.0.113.77"}""", """{"ip":"203.0.113.0"}""")]
    [InlineData("Truncate", "Keep", false, """{"ip":" ::ffff:203.0.113.77 "}""", """{"ip":"203.0.113.0"}""")]
    [InlineData("Truncate", "Keep", false, """{"ip":"2001:db8:1:2:3:4:5:6"}""", """{"ip":"2001:db8:1::"}""")]
    [InlineData("Truncate", "Keep", false, """{"ip":"fe80::1:2:3%1"}""", """{"ip":"fe80::"}""")]
    [InlineData("Truncate", "Keep", false, """{"ip":"203.0.113.77, 198.51.100.1","b":2}""", """{"b":2}""")]
    [InlineData("Truncate", "Keep", false, """{"ip":["203.0.113.77"],"b":2}""", """{"b":2}""")]
    [InlineData("Keep", "Keep", true, "", """{"ip":"198.51.100.23"}""")]
    [InlineData("Keep", "Keep", true, """{"ip":"","a":1}""", """{"a":1,"ip":"198.51.100.23"}""")]
    [InlineData("Keep", "Keep", true, """{"ip":"203.0.113.77"}""", """{"ip":"203.0.113.77"}""")]
    [InlineData("Truncate", "Drop", true, """{"userAgent":"x"}""", """{"ip":"198.51.100.0"}""")]
    [InlineData("Truncate", "Keep", true, """{"ip":"nonsense"}""", "{}")]
    [InlineData("Drop", "Keep", true, "", "")]
    public void A_context_is_stored_without_what_is_not_to_be_kept(string ip, string userAgent, bool fill, string context, string stored)
    {
        var privacy = new ContextPrivacy(PrivacyOptions.Read(Configured(("Ip", ip), ("UserAgent", userAgent), ("FillIp", $"{fill}"))));

        Assert.Equal(stored, Encoding.UTF8.GetString(privacy.Apply(Encoding.UTF8.GetBytes(context), IPAddress.Parse("::ffff:198.51.100.23")).Span));
    }

    [Theory]
    [InlineData("Ip", "hash", "Cdp:Privacy:Ip is 'hash'; set one of Keep, Truncate, Drop.")]
    [InlineData("Ip", "1", "Cdp:Privacy:Ip is '1'; set one of Keep, Truncate, Drop.")]
    [InlineData("UserAgent", "Truncate", "Cdp:Privacy:UserAgent is 'Truncate'; set one of Keep, Drop.")]
    [InlineData("FillIp", "yes", "Cdp:Privacy:FillIp is 'yes'; set true or false.")]
    public void A_value_that_cannot_work_stops_the_start_with_a_sentence(string key, string value, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<SettingException>(() => PrivacyOptions.Read(Configured((key, value)))).Message);

    [Fact]
    public async Task Events_of_every_call_and_both_contexts_of_a_batch_are_handled_before_they_are_stored()
    {
        await using var host = await ApiHost.StartAsync(("Cdp:Privacy:Ip", "Truncate"), ("Cdp:Privacy:FillIp", "true"), ("Cdp:Privacy:UserAgent", "Drop"));
        await host.SendAsync(HttpMethod.Post, "/v1/batch", """
            {"batch":[{"type":"track","event":"A","userId":"u"},{"type":"track","event":"B","userId":"u","context":{"ip":"203.0.113.77","page":{"path":"/"}}},{"type":"track","event":"C","userId":"u","context":{"ip":"203.0.113.77","page":{"path":"/"}}}],
             "context":{"userAgent":"secret","ip":"198.51.100.5","locale":"de"}}
            """, ApiHost.WriteKey);
        await host.IngestAsync("""{"event":"D","userId":"u"}""");
        await host.SendAsync(HttpMethod.Post, "/api/track", """{"type":"track","event":"E","userId":"u","context":{"userAgent":"secret"}}""", ApiHost.WriteKey);

        var events = (await host.GetAsync("/api/profiles/userId:u/events")).GetProperty("events").EnumerateArray().ToDictionary(e => e.GetProperty("name").GetString()!, e => e.GetProperty("context").GetRawText());

        Assert.Equal("""{"ip":"198.51.100.0","locale":"de"}""", events["A"]);
        Assert.Equal("""{"ip":"203.0.113.0","page":{"path":"/"},"locale":"de"}""", events["B"]);
        Assert.Equal(events["B"], events["C"]);
        Assert.Equal("""{"ip":"127.0.0.0"}""", events["D"]);
        Assert.Equal(events["D"], events["E"]);
    }

    private static IConfiguration Configured(params (string Key, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create<string, string?>($"{PrivacyOptions.Section}:{setting.Key}", setting.Value)))
        .Build();
}
