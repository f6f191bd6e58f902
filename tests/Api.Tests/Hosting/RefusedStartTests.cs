using System.Diagnostics;
using CdpPipeline.Testing;
using SQLitePCL;

namespace CdpPipeline.Api.Tests.Hosting;

/// <summary>What an operator sees who starts the real program on what it can't work with.</summary>
public sealed class RefusedStartTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("cdp-refused-").FullName;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Theory]
    [InlineData]
    [InlineData("export", "all.zip")]
    public async Task A_store_that_a_newer_program_migrated_is_one_line_and_no_stack_trace(params string[] arguments)
    {
        await (await ApiHost.StartInAsync(directory)).DisposeAsync();
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open(Path.Combine(directory, "cdp.db"), out var store));
        using (store) Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(store, "insert into schema_version values (10000)"));

        var (code, said) = await RunAsync(arguments);

        Assert.Equal(1, code);
        Assert.StartsWith("CdpPipeline can't start: The store has schema version 10000 and this program knows versions up to ", Assert.Single(said.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_option_that_cannot_work_is_one_line_that_names_it()
    {
        var (code, said) = await RunAsync("--Cdp:Http:StopWithin", "00:00:00");

        Assert.Equal(1, code);
        Assert.Equal("CdpPipeline can't start: Cdp:Http:StopWithin is 00:00:00; set it between 00:00:01 and 01:00:00.", said.TrimEnd());
    }

    private async Task<(int Code, string Said)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [ProgramProcess.PathOf("Api"), .. arguments]) { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = directory };
        start.Environment["Cdp__DataDirectory"] = directory;
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        using var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        try
        {
            var said = await process.StandardError.ReadToEndAsync(Cancelled).WaitAsync(TimeSpan.FromMinutes(1), Cancelled);
            await process.WaitForExitAsync(Cancelled);
            return (process.ExitCode, said);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }
}
