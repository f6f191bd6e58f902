using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace CdpPipeline.Demo.Host;

/// <summary>Calls the HTTP API of a running host. Safe for concurrent use. What the host refuses becomes a <see cref="DemoException"/>.</summary>
internal sealed class CdpClient : IDisposable
{
    private const int AttemptsMax = 10;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(500);

    private readonly HttpClient http;
    private readonly AuthenticationHeaderValue ingest;
    private readonly AuthenticationHeaderValue admin;

    public CdpClient(Uri url, HostKeys keys)
    {
        http = new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromSeconds(60) };
        ingest = new AuthenticationHeaderValue("Bearer", keys.WriteKey);
        admin = new AuthenticationHeaderValue("Bearer", keys.ApiKey);
    }

    public Uri Url => http.BaseAddress!;

    /// <summary>Throws unless the host is ready.</summary>
    public async Task EnsureReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri("/readyz", UriKind.Relative), cancellationToken);
            if (!answer.IsSuccessStatusCode) throw new DemoException($"{Url} answers {(int)answer.StatusCode} on /readyz; is CdpPipeline there, and ready?");
        }
        catch (HttpRequestException)
        {
            throw new DemoException($"Nobody listens at {Url}. Start the host with `dotnet run --project src/Api`, or give --url.");
        }
    }

    /// <summary>Sends a whole batch as written. Tries again where the host is busy or was away: the messageIds make that safe.</summary>
    public Task<JsonElement> PostBatchAsync(ReadOnlyMemory<byte> batch, CancellationToken cancellationToken) => SendAsync(
        () =>
        {
            var content = new ReadOnlyMemoryContent(batch);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            return new HttpRequestMessage(HttpMethod.Post, Path("/v1/batch")) { Content = content, Headers = { Authorization = ingest } };
        },
        cancellationToken);

    public Task<JsonElement> PostAsync(string path, object body, CancellationToken cancellationToken) => SendAsync(
        () => new HttpRequestMessage(HttpMethod.Post, Path(path)) { Content = JsonContent.Create(body), Headers = { Authorization = admin } }, cancellationToken);

    public Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken) => SendAsync(
        () => new HttpRequestMessage(HttpMethod.Get, Path(path)) { Headers = { Authorization = admin } }, cancellationToken);

    /// <summary>The lines of an endless answer, as they come.</summary>
    public async IAsyncEnumerable<string> LinesAsync(string path, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Path(path)) { Headers = { Authorization = admin } };
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await EnsureSuccessAsync(request, answer, cancellationToken);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken));
        while (await lines.ReadLineAsync(cancellationToken) is { } line) yield return line;
    }

    public void Dispose() => http.Dispose();

    private static Uri Path(string path) => new(path, UriKind.Relative);

    private async Task<JsonElement> SendAsync(Func<HttpRequestMessage> write, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var wait = RetryAfter;
            using var request = write();
            try
            {
                using var answer = await http.SendAsync(request, cancellationToken);
                var isBusy = answer.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests;
                if (!isBusy || attempt == AttemptsMax)
                {
                    await EnsureSuccessAsync(request, answer, cancellationToken);
                    return await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
                }

                wait = answer.Headers.RetryAfter?.Delta ?? wait;
            }
            catch (HttpRequestException) when (attempt < AttemptsMax)
            {
                // Not sent, or not answered.
            }
            catch (HttpRequestException exception)
            {
                throw new DemoException($"{request.Method} {request.RequestUri} fails: {exception.Message}");
            }

            await Task.Delay(wait, cancellationToken);
        }
    }

    private async Task EnsureSuccessAsync(HttpRequestMessage request, HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.IsSuccessStatusCode) return;
        var status = ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture);
        throw new DemoException(answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
            ? $"{Url} does not know the key for {request.RequestUri} ({status}). Is it the same host's keys.json? Give --data-directory, or --write-key and --api-key."
            : $"{request.Method} {request.RequestUri} answers {status}: {await answer.Content.ReadAsStringAsync(cancellationToken)}");
    }
}
