using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CdpPipeline.Faults.Tests.Processes;

namespace CdpPipeline.Faults.Tests.Load;

/// <summary>Sends calls, one alone or several as a batch, and notes the answer. Only 200, and 503 with a Retry-After, are right answers.</summary>
internal sealed class CallSender(HttpClient http, CallLedger ledger)
{
    /// <summary>False when nothing is acknowledged: the same calls are to be sent again.</summary>
    public async Task<bool> TrySendAsync(IReadOnlyList<Call> calls, CancellationToken cancellationToken)
    {
        ledger.Send(calls);
        try
        {
            using var request = calls.Count == 1
                ? Post($"/v1/{calls[0].Type}", calls[0].ToJson())
                : Post("/v1/batch", new JsonObject { ["batch"] = new JsonArray([.. calls.Select(call => call.ToJson())]) });
            using var answer = await http.SendAsync(request, cancellationToken);
            var text = await answer.Content.ReadAsStringAsync(cancellationToken);
            if (answer.StatusCode == HttpStatusCode.OK && IsWhole(text, calls.Count))
            {
                ledger.Acknowledge(calls);
                return true;
            }

            var retryAfter = answer.Headers.RetryAfter?.Delta;
            if (answer.StatusCode == HttpStatusCode.ServiceUnavailable && retryAfter >= TimeSpan.FromSeconds(1)) ledger.Refuse();
            else ledger.Complain($"{(int)answer.StatusCode} (Retry-After {retryAfter}) {text}");
            return false;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && exception is HttpRequestException or TaskCanceledException or IOException)
        {
            ledger.LeaveUnanswered();
            return false;
        }
    }

    /// <summary>Sends until it is acknowledged.</summary>
    public async Task SendAsync(Call call, CancellationToken cancellationToken)
    {
        while (!await TrySendAsync([call], cancellationToken)) await Task.Delay(20, cancellationToken);
    }

    private static HttpRequestMessage Post(string path, JsonObject body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", CdpProcess.WriteKey);
        return request;
    }

    private static bool IsWhole(string answer, int calls)
    {
        using var json = JsonDocument.Parse(answer);
        var root = json.RootElement;
        if (!root.GetProperty("success").GetBoolean()) return false;
        return calls == 1
            || (root.GetProperty("rejected").GetArrayLength() == 0 && root.GetProperty("accepted").GetInt32() + root.GetProperty("duplicates").GetInt32() == calls);
    }
}
