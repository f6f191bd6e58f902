using System.Net;
using CdpPipeline.Grains.Retention;
using Microsoft.Extensions.DependencyInjection;

namespace CdpPipeline.Api.Tests.Privacy;

public sealed class RetentionApiTests
{
    [Fact]
    public async Task Retentions_hold_at_once_by_name_and_the_longest_of_one_name_counts()
    {
        await using var host = await ApiHost.StartAsync();
        var periods = host.Services.GetRequiredService<IRetentionPeriods>();
        Assert.Empty(periods.Current);

        await host.PostAsync("/api/sources", """{"name":"site","retention":{"days":30}}""", HttpStatusCode.Created);
        var other = (await host.PostAsync("/api/sources", """{"name":"app","retention":{"days":7}}""", HttpStatusCode.Created)).GetProperty("id").GetString();
        Assert.Equal([new SourceRetention("app", 7), new SourceRetention("site", 30)], periods.Current);

        await host.PutAsync($"/api/sources/{other}", """{"name":"site"}""");
        Assert.Equal([new SourceRetention("site", 30)], periods.Current);
        await host.PutAsync($"/api/sources/{other}", """{"retention":null}""");
        Assert.Empty(periods.Current);
        await host.DeleteAsync($"/api/sources/{other}");
        Assert.Equal([new SourceRetention("site", 30)], periods.Current);
    }

    [Fact]
    public async Task A_retention_outlives_a_restart_and_is_in_the_audit_log()
    {
        var directory = Directory.CreateTempSubdirectory("cdp-retention-").FullName;
        (string, string)[] settings = [("Cdp:WriteKey", ApiHost.WriteKey), ("Cdp:ApiKey", ApiHost.AdminKey)];
        try
        {
            await using (var host = await ApiHost.StartInAsync(directory, settings)) await host.PutAsync("/api/sources/default", """{"retention":{"days":90}}""");
            await using (var host = await ApiHost.StartInAsync(directory, settings))
            {
                Assert.Equal("""{"days":90}""", (await host.GetAsync("/api/sources/default")).GetProperty("retention").GetRawText());
                Assert.Equal(90, Assert.Single(host.Services.GetRequiredService<IRetentionPeriods>().Current).Days);
                var entry = Assert.Single((await host.GetAsync("/api/audit?action=source.update")).GetProperty("entries").EnumerateArray());
                Assert.Equal("default", entry.GetProperty("target").GetString());
            }
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task The_first_walk_ends_soon_after_a_retention_is_set_and_nobody_walks_before()
    {
        await using var host = await ApiHost.StartAsync();
        var id = await host.IngestAsync("""{"event":"Order","userId":"u"}""");
        Assert.Contains("cdp_retention_completed_seconds 0", await MetricsAsync(host), StringComparison.Ordinal);

        await host.PutAsync("/api/sources/default", """{"retention":{"days":1}}""");
        await ApiHost.UntilAsync(async () => !(await MetricsAsync(host)).Contains("cdp_retention_completed_seconds 0", StringComparison.Ordinal));

        Assert.Contains("cdp_retention_events_removed_total 0", await MetricsAsync(host), StringComparison.Ordinal);
        Assert.Equal(1, (await host.GetAsync($"/api/profiles/{id}")).GetProperty("eventCount").GetInt32());
    }

    [Theory]
    [InlineData("Cdp:Retention:Every", "00:00:00.5", "Cdp:Retention:Every must lie between a second and 30 days")]
    [InlineData("Cdp:Retention:EventsPerTransactionMax", "0", "Cdp:Retention:EventsPerTransactionMax must lie between 1 and 1,000,000")]
    public async Task A_value_that_cannot_work_stops_the_start_with_a_sentence(string key, string value, string sentence) =>
        Assert.Contains(sentence, (await Assert.ThrowsAnyAsync<Exception>(() => ApiHost.StartAsync((key, value)))).Message, StringComparison.Ordinal);

    private static async Task<string> MetricsAsync(ApiHost host) =>
        await (await host.SendAsync(HttpMethod.Get, "/metrics")).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
}
