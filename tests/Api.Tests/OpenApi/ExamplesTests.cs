using System.Net.Http.Headers;
using System.Text;

namespace CdpPipeline.Api.Tests.OpenApi;

/// <summary>Sends every example of the document to the program: what it says must be what happens.</summary>
public sealed class ExamplesTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_example_is_answered_as_described()
    {
        await using var host = await ApiHost.StartAsync();
        var things = new ExampleThings(host);
        await things.StartAsync();
        List<string> faults = [];
        foreach (var operation in DescribedOperation.All)
        {
            foreach (var (name, body, status) in operation.Examples)
            {
                await TryAsync(operation, name, body, status, parameter: null);
            }

            var good = operation.Examples.First();
            foreach (var parameter in operation.Parameters.Where(parameter => parameter["in"]!.GetValue<string>() == "query" && parameter["example"] is not null))
            {
                await TryAsync(operation, good.Name, good.Body, good.Status, $"{parameter["name"]}={Uri.EscapeDataString(parameter["example"]!.ToString())}");
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));

        async Task TryAsync(DescribedOperation operation, string name, string? body, int status, string? parameter)
        {
            var path = await things.PathAsync(operation) + (parameter is null ? "" : $"?{parameter}");
            using var answer = await SendAsync(host, operation, path, await things.BodyAsync(body), things.KeyOf(operation));
            var what = $"{operation.Method} {path} {name}";
            if ((int)answer.StatusCode != status) faults.Add($"{what} answers {(int)answer.StatusCode} and not {status}: {await TextAsync(answer)}");
            else faults.AddRange((await DescribedAnswer.FaultsAsync(operation, answer, Cancelled)).Select(fault => $"{what}: {fault}"));
        }
    }

    [Fact]
    public async Task Every_operation_takes_the_keys_that_are_described_and_no_others()
    {
        await using var host = await ApiHost.StartAsync();
        var things = new ExampleThings(host);
        await things.StartAsync();
        List<string> faults = [];
        foreach (var operation in DescribedOperation.All.Where(operation => operation.Key is not null))
        {
            var path = await things.PathAsync(operation);
            var body = await things.BodyAsync(operation.Examples.First().Body);
            await CheckAsync(operation, path, body, null, 401);
            if (operation.Key == "write") await CheckAsync(operation, path, body, ApiHost.AdminKey, 401);
            if (operation.Key is "read" or "admin") await CheckAsync(operation, path, body, ApiHost.WriteKey, 403);
            if (operation.Key == "admin") await CheckAsync(operation, path, body, things.ReadKey, 403);
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));

        async Task CheckAsync(DescribedOperation operation, string path, string? body, string? key, int status)
        {
            using var answer = await SendAsync(host, operation, path, body, key);
            if ((int)answer.StatusCode != status) faults.Add($"{operation.Method} {path} with the key {key ?? "none"} answers {(int)answer.StatusCode} and not {status}");
            else faults.AddRange((await DescribedAnswer.FaultsAsync(operation, answer, Cancelled)).Select(fault => $"{operation} with the key {key ?? "none"}: {fault}"));
        }
    }

    private static async Task<HttpResponseMessage> SendAsync(ApiHost host, DescribedOperation operation, string path, string? body, string? key)
    {
        using var request = new HttpRequestMessage(new HttpMethod(operation.Method), path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
    }

    private static Task<string> TextAsync(HttpResponseMessage answer) =>
        answer.Content.Headers.ContentType?.MediaType == "text/event-stream" ? Task.FromResult("a stream") : answer.Content.ReadAsStringAsync(Cancelled);
}
