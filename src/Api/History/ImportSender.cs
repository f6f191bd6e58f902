using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace CdpPipeline.Api.History;

/// <summary>
/// Sends batches to <c>/v1/import</c>. Where the server is away or busy it tries again, for as long as the options have patience; a batch that is too large is
/// sent in halves. Safe for concurrent use.
/// </summary>
internal sealed class ImportSender : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(5);

    private readonly HttpClient http;
    private readonly ImportOptions options;
    private readonly TimeProvider clock;

    public ImportSender(ImportOptions options, TimeProvider clock)
    {
        (this.options, this.clock) = (options, clock);
        http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(60) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.Key);
    }

    public async Task<ImportAnswer> SendAsync(IReadOnlyList<HistoryLine> calls, CancellationToken cancellationToken)
    {
        if (calls.Count == 0) return new ImportAnswer(0, 0, []);
        var body = ImportBatch.Body(calls);
        var (since, pause) = (clock.GetTimestamp(), FirstPause);
        while (true)
        {
            var (answer, isTooLarge, fault, wait) = await TryAsync(calls, body, cancellationToken);
            if (answer is not null) return answer;
            if (isTooLarge && calls.Count == 1) return new ImportAnswer(0, 0, [(calls[0], "is too large for the server")]);
            if (isTooLarge) return (await SendAsync([.. calls.Take(calls.Count / 2)], cancellationToken)).With(await SendAsync([.. calls.Skip(calls.Count / 2)], cancellationToken));
            if (clock.GetElapsedTime(since) >= options.Patience) throw new ImportException($"{options.Url} {fault}, for {options.Patience} now. What was sent is kept; run the same command again to go on.");
            await Task.Delay(wait ?? pause, clock, cancellationToken);
            pause = pause * 2 < PauseMax ? pause * 2 : PauseMax;
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<(ImportAnswer? Answer, bool IsTooLarge, string Fault, TimeSpan? Wait)> TryAsync(IReadOnlyList<HistoryLine> calls, byte[] body, CancellationToken cancellationToken)
    {
        try
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var response = await http.PostAsync(new Uri(options.Url, "/v1/import"), content, cancellationToken);
            if (response.IsSuccessStatusCode) return (await ReadAsync(calls, response, cancellationToken), false, "", null);
            if (response.StatusCode == HttpStatusCode.RequestEntityTooLarge) return (null, true, "", null);
            if (response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout || (int)response.StatusCode >= 500)
                return (null, false, $"answers {(int)response.StatusCode}", response.Headers.RetryAfter?.Delta);
            throw new ImportException(response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
                ? $"{options.Url} does not take this write key for events ({(int)response.StatusCode}); give --key."
                : $"{options.Url} answers {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellationToken)}");
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && exception is HttpRequestException or IOException or TaskCanceledException or JsonException)
        {
            // Not sent, or not answered to the end: the messageIds make it safe to send again.
            return (null, false, $"can't be reached ({exception.Message})", null);
        }
    }

    private static async Task<ImportAnswer> ReadAsync(IReadOnlyList<HistoryLine> calls, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        var answer = json.RootElement;
        return new ImportAnswer(
            answer.GetProperty("accepted").GetInt64(),
            answer.GetProperty("duplicates").GetInt64(),
            [.. answer.GetProperty("rejected").EnumerateArray().Select(one => (calls[one.GetProperty("index").GetInt32()], one.GetProperty("error").GetString()!))]);
    }
}
