using System.Net;
using System.Text.Json;
using CdpPipeline.Faults.Tests.Processes;

namespace CdpPipeline.Faults.Tests.Load;

/// <summary>
/// Somebody who looks on during the load: asks for the segments' counts, so that they have to be kept up to date from then on, and for people
/// whose calls were just acknowledged, who must be there with that call.
/// </summary>
internal sealed class Watcher(HttpClient http, CallLedger ledger)
{
    private const int TimelineEventsMax = 100;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await TryGetAsync("/api/segments", stop);
            if (ledger.Latest is { } call) await LookForAsync(call, stop);
            await Task.Delay(Pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task LookForAsync(Call call, CancellationToken stop)
    {
        foreach (var identifier in call.Identifiers)
        {
            if (await TryGetAsync($"/api/profiles/{Uri.EscapeDataString(identifier)}", stop) is not { } profile) continue;
            var timeline = profile.GetProperty("timeline");
            if (timeline.GetArrayLength() < TimelineEventsMax && !timeline.EnumerateArray().Any(item => item.GetProperty("messageId").GetString() == call.MessageId))
                ledger.Complain($"{identifier} does not show {call.MessageId}, which was acknowledged: {profile}");
        }
    }

    private async Task<JsonElement?> TryGetAsync(string path, CancellationToken stop)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
            request.Headers.Authorization = new("Bearer", CdpProcess.ApiKey);
            using var answer = await http.SendAsync(request, stop);
            var text = await answer.Content.ReadAsStringAsync(stop);
            if (answer.StatusCode == HttpStatusCode.OK) return JsonDocument.Parse(text).RootElement;
            if (answer.StatusCode != HttpStatusCode.ServiceUnavailable || answer.Headers.RetryAfter is null) ledger.Complain($"GET {path}: {(int)answer.StatusCode} {text}");
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException or IOException)
        {
            // Killed meanwhile, or the end of the load.
        }

        return null;
    }
}
