using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace CdpPipeline.Client;

/// <summary>Delivers one batch at a time: tries until the server has stored it, or has refused it for good.</summary>
internal sealed class BatchSender : IDisposable
{
    private readonly CdpClientOptions options;
    private readonly HttpClient http;
    private readonly Uri address;

    public BatchSender(CdpClientOptions options)
    {
        this.options = options;
        address = new Uri(options.Host.AbsoluteUri.TrimEnd('/') + "/v1/batch");

        // A redirect would turn the call into a GET without a body.
        http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) }) { Timeout = options.AnswerWithin };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(options.WriteKey + ":")));
    }

    /// <summary>Done when every event of the batch is stored or reported as lost. Throws only when cancelled.</summary>
    public async Task SendAsync(ReadOnlyMemory<QueuedCall> calls, CancellationToken cancellationToken)
    {
        for (var failures = 1; ; failures++)
        {
            using var answer = await PostAsync(calls, cancellationToken);
            if (answer is { IsSuccessStatusCode: true })
            {
                if (await TryReportRejectedAsync(calls, answer, cancellationToken)) return;
            }
            else if (answer is { StatusCode: HttpStatusCode.RequestEntityTooLarge } && calls.Length > 1)
            {
                // A server with narrower limits than ours.
                await SendAsync(calls[..(calls.Length / 2)], cancellationToken);
                await SendAsync(calls[(calls.Length / 2)..], cancellationToken);
                return;
            }
            else if (answer is not null && !RetrySchedule.IsWorthwhile(answer.StatusCode))
            {
                Lose(calls, LossCause.Refused, $"The server answered {(int)answer.StatusCode}.");
                return;
            }

            var pause = RetrySchedule.Pause(failures, Random.Shared.NextDouble(), options, answer?.Headers.RetryAfter, options.Time.GetUtcNow());
            await Task.Delay(pause, options.Time, cancellationToken);
        }
    }

    /// <summary>Reports them, if there are any.</summary>
    public void Lose(ReadOnlyMemory<QueuedCall> calls, LossCause cause, string detail)
    {
        if (calls.Length > 0) Tell(new LostEvents([.. calls.ToArray().Select(call => call.MessageId)], cause, detail));
    }

    public void Dispose() => http.Dispose();

    // Null: there was no answer, so nobody knows whether it arrived; it is sent again and counted once.
    private async Task<HttpResponseMessage?> PostAsync(ReadOnlyMemory<QueuedCall> calls, CancellationToken cancellationToken)
    {
        try
        {
            using var content = BatchBody.Of(calls.Span, options);
            return await http.PostAsync(address, content, cancellationToken);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    // False: the answer broke off, or is none of this server's.
    private async Task<bool> TryReportRejectedAsync(ReadOnlyMemory<QueuedCall> calls, HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
            using var json = await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
            foreach (var one in json.RootElement.GetProperty("rejected").EnumerateArray())
            {
                if (!one.GetProperty("index").TryGetInt32(out var index) || index < 0 || index >= calls.Length) return false;
                Lose(calls.Slice(index, 1), LossCause.Rejected, one.GetProperty("error").GetString() ?? "");
            }

            return true;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return false;
        }
    }

    private void Tell(LostEvents lost)
    {
        try
        {
            options.OnLost?.Invoke(lost);
        }
        catch (Exception)
        {
            // Whoever listens must not stop the delivery of the rest.
        }
    }
}
