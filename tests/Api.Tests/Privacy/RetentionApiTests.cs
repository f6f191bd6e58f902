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
        Assert.Equal([new SourceRetention("app", 7), new SourceRetention("site", 30)], periods.Current);
        await host.PutAsync($"/api/sources/{other}", """{"retention":null}""");
        Assert.Empty(periods.Current);
        await host.DeleteAsync($"/api/sources/{other}");
        Assert.Equal([new SourceRetention("site", 30)], periods.Current);
    }

    [Fact]
    public async Task A_source_remembers_its_names_and_one_that_was_deleted_leaves_its_retention()
    {
        await using var host = await ApiHost.StartAsync();
        var periods = host.Services.GetRequiredService<IRetentionPeriods>();
        var id = await AddAsync(host, """{"name":"web"}""");
        await host.PutAsync($"/api/sources/{id}", """{"name":"shop"}""");
        await host.PutAsync($"/api/sources/{id}", """{"name":"store","retention":{"days":30}}""");
        Assert.Equal([new SourceRetention("shop", 30), new SourceRetention("store", 30), new SourceRetention("web", 30)], periods.Current);
        Assert.Equal("""["web","shop"]""", (await host.GetAsync($"/api/sources/{id}")).GetProperty("formerNames").GetRawText());

        await host.PutAsync($"/api/sources/{id}", """{"name":"web"}""");
        Assert.Equal("""["shop","store"]""", (await host.GetAsync($"/api/sources/{id}")).GetProperty("formerNames").GetRawText());

        await host.DeleteAsync($"/api/sources/{id}");
        Assert.Equal([new SourceRetention("shop", 30), new SourceRetention("store", 30), new SourceRetention("web", 30)], periods.Current);
    }

    [Fact]
    public async Task A_name_is_whose_it_is_now_and_then_whose_it_was_last()
    {
        await using var host = await ApiHost.StartAsync();
        var periods = host.Services.GetRequiredService<IRetentionPeriods>();
        var first = await AddAsync(host, """{"name":"web","retention":{"days":30}}""");
        await host.PutAsync($"/api/sources/{first}", """{"name":"shop"}""");

        var second = await AddAsync(host, """{"name":"web","retention":{"days":7}}""");
        Assert.Equal([new SourceRetention("shop", 30), new SourceRetention("web", 7)], periods.Current);
        await host.DeleteAsync($"/api/sources/{second}");
        Assert.Equal([new SourceRetention("shop", 30), new SourceRetention("web", 7)], periods.Current);

        var third = await AddAsync(host, """{"name":"web"}""");
        Assert.Equal([new SourceRetention("shop", 30)], periods.Current);
        await host.DeleteAsync($"/api/sources/{third}");
        Assert.Equal([new SourceRetention("shop", 30)], periods.Current);
    }

    [Fact]
    public async Task A_source_that_has_had_too_many_names_takes_no_other_and_keeps_what_it_has()
    {
        await using var host = await ApiHost.StartAsync();
        var id = await AddAsync(host, """{"name":"0"}""");
        for (var i = 1; i <= 20; i++) await host.PutAsync($"/api/sources/{id}", $$"""{"name":"{{i}}"}""");

        var problem = await host.PutAsync($"/api/sources/{id}", """{"name":"21"}""", HttpStatusCode.Conflict);

        Assert.Equal("urn:cdp:error:too-many-names", problem.GetProperty("type").GetString());
        Assert.Equal("20", (await host.PutAsync($"/api/sources/{id}", """{"retention":{"days":1}}""")).GetProperty("name").GetString());
        Assert.Equal(21, host.Services.GetRequiredService<IRetentionPeriods>().Current.Count);
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

    private static async Task<string> AddAsync(ApiHost host, string body) => (await host.PostAsync("/api/sources", body, HttpStatusCode.Created)).GetProperty("id").GetString()!;

    private static async Task<string> MetricsAsync(ApiHost host) =>
        await (await host.SendAsync(HttpMethod.Get, "/metrics")).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
}
