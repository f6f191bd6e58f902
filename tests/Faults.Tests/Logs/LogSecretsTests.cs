using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using CdpPipeline.Faults.Tests.Processes;
using CdpPipeline.Testing;
using Npgsql;

namespace CdpPipeline.Faults.Tests.Logs;

/// <summary>
/// The real program at its most talkative, through every kind of call: good, bad, refused, and with a store that fails. Whatever a client or the one who set
/// it up gave it in confidence bears a mark, and the mark is in no line that it writes.
/// </summary>
[Trait("Category", "Faults")]
[Collection("Faults")]
public sealed class LogSecretsTests
{
    private const string Mark = "xk4vq";
    private const string WriteKey = $"wk_{Mark}_write";
    private const string AdminKey = $"ak_{Mark}_admin";

    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);

    private static readonly Dictionary<string, string> Settings = new()
    {
        ["Logging__LogLevel__Default"] = "Trace",
        ["Logging__LogLevel__Microsoft"] = "Debug",
        ["Logging__LogLevel__Microsoft.AspNetCore"] = "Debug",
        ["Logging__LogLevel__Microsoft.AspNetCore.Hosting.Diagnostics"] = "Debug",
        ["Logging__LogLevel__Npgsql"] = "Trace",
        ["Logging__Console__FormatterOptions__IncludeScopes"] = "true",
        ["Cdp__Live__HeartbeatPeriod"] = "00:00:00.2",
        ["Cdp__WriteKey"] = WriteKey,
        ["Cdp__ApiKey"] = AdminKey,
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Sqlite", "simple")]
    [InlineData("Postgres", "json")]
    public async Task Nothing_that_was_given_in_confidence_is_in_any_line_of_the_log(string kind, string formatter)
    {
        await using var store = await FaultStore.CreateAsync(kind);
        var output = new ConcurrentQueue<string>();
        using var program = new ProgramProcess(ProgramProcess.PathOf("Api"), output, int.MaxValue);
        program.Launch(store.Environment.Concat(Settings).Append(new("Logging__Console__FormatterName", formatter)).Select(setting => setting.Key == "Cdp__ConnectionString" ? new(setting.Key, WithPassword(setting.Value)) : setting));
        await program.ReadyAsync(StartMax, Token);
        using var calls = new MarkedCalls(program.Address, Mark, WriteKey, AdminKey);

        var told = await calls.MakeAllAsync(Token);
        Assert.Contains(told, each => each.Status == 200);
        Assert.Contains(told, each => each.Status == 400);
        Assert.Contains(told, each => each.Status == 401);
        Assert.Contains(told, each => each is { Method: "DELETE", Path: "/api/session", Status: 204 });
        Assert.Empty((await DescribedRoutes.ReadAsync(program.Address, Token)).Without(told));
        await SendBrokenAsync(program.Address);

        await store.ExecuteAsync(kind == "Sqlite"
            ? "create trigger broken before insert on event begin select raise(abort, 'broken'); end"
            : "alter table event add constraint broken check (false) not valid");
        Assert.Contains(await calls.MakeAllAsync(Token), each => each.Status >= 500);
        await store.ExecuteAsync(kind == "Sqlite" ? "drop trigger broken" : "alter table event drop constraint broken");
        await calls.MakeAllAsync(Token);
        Assert.Equal(0, await program.StopAsync(Token));

        var lines = output.ToArray();

        // Plain text takes several lines for what JSON says in one.
        Assert.True(lines.Length > (formatter == "json" ? 15 : 50), $"The program was not talkative: {lines.Length} lines.");
        Assert.Contains(lines, line => line.Contains("Batch from source", StringComparison.Ordinal));
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{WriteKey}:"));
        Assert.True(calls.Given.Count >= 10, "Three keys, a cookie and a token were to be had each time.");
        Assert.Empty(lines.Where(line => line.Contains(Mark, StringComparison.OrdinalIgnoreCase) || line.Contains(basic, StringComparison.Ordinal)).Distinct());
        Assert.Empty(lines.Where(line => calls.Given.Any(secret => line.Contains(secret, StringComparison.Ordinal))).Distinct());
    }

    // The test's server asks for no password, and so takes any.
    private static string WithPassword(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString) { Password = $"{Mark}-password" }.ConnectionString;

    // What is no HTTP the server itself answers, and may want to tell of.
    private static async Task SendBrokenAsync(Uri address)
    {
        foreach (var request in new[]
        {
            $"GET /api/profiles/email:{Mark}@example.com?x=\0 HTTP/1.1\r\nHost: x\r\n\r\n", $"{Mark} / HTTP/1.1\r\n\r\n", $"GET / HTTP/9.{Mark}\r\n\r\n",
            $"POST /v1/track HTTP/1.1\r\nHost: x\r\nX-{Mark}\r\n\r\n", $"POST /v1/track HTTP/1.1\r\nHost: {Mark} {Mark}\r\nContent-Length: {Mark}\r\n\r\n",
            $"POST /v1/track HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {WriteKey}\r\nTransfer-Encoding: chunked\r\n\r\n{Mark}\r\n",
        })
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(address.Host, address.Port, Token);
            await socket.SendAsync(Encoding.Latin1.GetBytes(request), Token);
            socket.Shutdown(SocketShutdown.Send);
            var answer = new byte[4_096];
            try
            {
                while (await socket.ReceiveAsync(answer, Token) > 0)
                {
                    // Whatever it says.
                }
            }
            catch (SocketException)
            {
                // It may also hang up.
            }
        }
    }
}
