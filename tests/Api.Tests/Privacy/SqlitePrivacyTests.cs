using CdpPipeline.Grains.Interfaces.Storage;
using Microsoft.Extensions.DependencyInjection;
using SQLitePCL;

namespace CdpPipeline.Api.Tests.Privacy;

public sealed class SqlitePrivacyTests : PrivacyContract, IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("cdp-privacy-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    internal override Task<ApiHost> StartAsync() => ApiHost.StartInAsync(directory, ("Cdp:WriteKey", ApiHost.WriteKey), ("Cdp:ApiKey", ApiHost.AdminKey));

    internal override async Task<ApiHost> RestartAsync(ApiHost host)
    {
        await host.DisposeAsync();
        return await StartAsync();
    }

    internal override async Task<IReadOnlyList<string>> LeftAsync(ApiHost host, string text)
    {
        await host.Services.GetRequiredService<IErasures>().CompactAsync(TestContext.Current.CancellationToken);
        var traces = Traces.Of(text);
        List<string> left = [.. await TablesAsync(text)];
        foreach (var file in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new byte[stream.Length];
            await stream.ReadExactlyAsync(bytes, TestContext.Current.CancellationToken);
            if (Traces.AreIn(bytes, traces)) left.Add(Path.GetFileName(file));
        }

        return left;
    }

    internal override Task<IReadOnlyList<string>> TablesAsync(string text)
    {
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open_v2(Path.Combine(directory, "cdp.db"), out var database, raw.SQLITE_OPEN_READWRITE, null));
        using var open = database;
        raw.sqlite3_busy_timeout(database, 10_000);
        var found = new List<string>();
        foreach (var table in Query(database, "select name from sqlite_master where type = 'table'"))
        {
            var columns = Query(database, $"select name from pragma_table_info('{table}')");
            var held = from column in columns from trace in Traces.Of(text) select $"instr(cast(\"{column}\" as blob), cast('{trace}' as blob)) > 0";
            if (Query(database, $"select 'found' from \"{table}\" where {string.Join(" or ", held)} limit 1").Count > 0) found.Add(table);
        }

        return Task.FromResult<IReadOnlyList<string>>(found);
    }

    private static List<string> Query(sqlite3 database, string sql)
    {
        var rows = new List<string>();
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_prepare_v2(database, sql, out var statement));
        using var prepared = statement;
        while (raw.sqlite3_step(statement) == raw.SQLITE_ROW) rows.Add(raw.sqlite3_column_text(statement, 0).utf8_to_string());
        return rows;
    }
}
