using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace CdpPipeline.Bench.Http;

/// <summary>
/// Many people whose windows end within one minute, during which the program is dead: how long after its next start all of them have left the
/// segment, with events arriving from the moment it is ready.
/// </summary>
internal static class DueRestart
{
    private const int WindowSeconds = 120;

    private static readonly TimeSpan CatchingUpMax = TimeSpan.FromMinutes(2);

    public static async Task RunAsync(BenchArguments arguments)
    {
        await using var server = await BenchServer.StartAsync(arguments);
        using var http = new HttpClient { BaseAddress = server.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", arguments.ApiKey);
        var segment = await SaveAsync(http);
        var last = await VisitAsync(server.Address, arguments);
        if (await MembersAsync(http, segment) != arguments.People) throw new InvalidOperationException("Not everybody is in the segment.");

        await server.KillAsync();
        var rest = last.AddSeconds(WindowSeconds + 1) - TimeProvider.System.GetUtcNow();
        if (rest > TimeSpan.Zero) await Task.Delay(rest);

        var since = Stopwatch.StartNew();
        await server.StartAsync();
        var ready = since.Elapsed;
        var period = TimeSpan.FromSeconds((double)HttpLoad.Connections * RequestBodies.BatchEvents / arguments.Rate);
        var load = HttpLoad.LoadAsync(server.Address, arguments, arguments.Duration, period);
        while (await MembersAsync(http, segment) > 0)
        {
            if (since.Elapsed > CatchingUpMax) throw new InvalidOperationException("Not everybody has left the segment in time.");
            await Task.Delay(20);
        }

        var gone = since.Elapsed;
        await load;
        var table = new Table("seconds after the process was started", "ready", "everybody has left");
        table.Add(string.Create(CultureInfo.InvariantCulture, $"{arguments.People:#,0} people due while it was down"), ready.TotalSeconds, gone.TotalSeconds);
        table.Print();
    }

    private static async Task<string> SaveAsync(HttpClient http)
    {
        using var body = JsonContent.Create(new { name = "Visitors", filter = new { @event = "Visited", within = string.Create(CultureInfo.InvariantCulture, $"{WindowSeconds}s") } });
        using var answer = await http.PostAsync(new Uri("/api/segments", UriKind.Relative), body);
        using var saved = JsonDocument.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync());
        return saved.RootElement.GetProperty("segmentId").GetString()!;
    }

    /// <summary>Lets everybody visit, spread over the minute that ends now; the instant of the last visit.</summary>
    private static async Task<DateTimeOffset> VisitAsync(Uri address, BenchArguments arguments)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var connection = await LoadConnection.OpenAsync(address);
        for (var from = 0; from < arguments.People; from += RequestBodies.BatchEvents)
        {
            var at = now.AddSeconds((60.0 * from / arguments.People) - 60);
            var status = await connection.SendAsync(RequestBodies.Visits(arguments, address, from, Math.Min(from + RequestBodies.BatchEvents, arguments.People), at));
            if (status is < 200 or > 299) throw new InvalidOperationException($"The server answered {status}.");
        }

        return now;
    }

    private static async Task<long> MembersAsync(HttpClient http, string segment)
    {
        using var answer = JsonDocument.Parse(await http.GetStringAsync(new Uri($"/api/segments/{segment}", UriKind.Relative)));
        return answer.RootElement.GetProperty("memberCount").GetInt64();
    }
}
