using System.Globalization;
using System.Net;

namespace CdpPipeline.Api.Tests.OpenApi;

/// <summary>
/// Makes what the paths of examples name, a new one each time, so that no example is in another's way. A path whose parameters are not known here
/// takes the examples of the document.
/// </summary>
internal sealed class ExampleThings(ApiHost host)
{
    private const string ExampleId = "01890000-0000-7000-8000-000000000001";

    private int made;

    public string ReadKey { get; private set; } = "";

    public async Task StartAsync()
    {
        ReadKey = (await host.PostAsync("/api/keys", """{"name":"reader","role":"read"}""", HttpStatusCode.Created)).GetProperty("key").GetString()!;
        await host.IngestAsync("""{"type":"identify","userId":"ada","timestamp":"2020-01-31T12:00:00Z","traits":{"email":"ada@example.com","plan":"pro"}}""");
        await host.IngestAsync("""{"type":"group","userId":"ada","groupId":"acme"}""");
        await host.IngestAsync("""{"type":"track","userId":"ada","event":"Logged In"}""");
    }

    /// <summary>The key that an operation's examples are sent with.</summary>
    public string? KeyOf(DescribedOperation operation) => operation.Key switch
    {
        null => null,
        "write" => ApiHost.WriteKey,
        "read" => ReadKey,
        _ => ApiHost.AdminKey,
    };

    public async Task<string> PathAsync(DescribedOperation operation)
    {
        var path = operation.Path;
        if (path.Contains("{mergedId}", StringComparison.Ordinal)) return await MergedAsync(path);
        foreach (var parameter in operation.Parameters.Where(parameter => parameter["in"]!.GetValue<string>() == "path"))
        {
            var name = parameter["name"]!.GetValue<string>();
            var value = await ValueAsync(path, name) ?? parameter["example"]!.GetValue<string>();
            path = path.Replace($"{{{name}}}", Uri.EscapeDataString(value), StringComparison.Ordinal);
        }

        return path;
    }

    /// <summary>The body, with a segment that is there in the place of the example's.</summary>
    public async Task<string?> BodyAsync(string? body) =>
        body?.Contains(ExampleId, StringComparison.Ordinal) == true ? body.Replace(ExampleId, await SegmentAsync(), StringComparison.Ordinal) : body;

    private async Task<string?> ValueAsync(string path, string name) => (path.Split('/')[2], name) switch
    {
        ("segments", "id") or ("profiles", "segmentId") => await SegmentAsync(),
        ("profiles", "reference") => $"userId:{await PersonAsync()}",
        ("sources", "id") => await SourceAsync(),
        ("sources", "keyId") => (await host.PostAsync($"/api/sources/{path.Split('/')[3]}/keys", """{"label":"second"}""", HttpStatusCode.Created)).GetProperty("id").GetString(),
        ("keys", "id") => (await host.PostAsync("/api/keys", $$"""{"name":"{{Next()}}","role":"read"}""", HttpStatusCode.Created)).GetProperty("id").GetString(),
        ("computed-traits", "id") => (await host.PostAsync("/api/computed-traits", $$"""{"name":"{{Next()}}","fn":"count","event":"E"}""", HttpStatusCode.Created))
            .GetProperty("computedTraitId").GetString(),
        ("erasures", "number") => (await ErasedAsync()).Receipt,
        ("suppressions", "reference") => $"userId:{(await ErasedAsync()).Person}",
        _ => null,
    };

    private string Next() => $"thing_{(++made).ToString(CultureInfo.InvariantCulture)}";

    private async Task<string> PersonAsync()
    {
        var name = Next();
        await host.IngestAsync($$"""{"type":"track","event":"Logged In","userId":"{{name}}","timestamp":"2020-01-31T12:00:00Z"}""");
        return name;
    }

    private async Task<string> SourceAsync()
    {
        var id = (await host.PostAsync("/api/sources", $$"""{"name":"{{Next()}}"}""", HttpStatusCode.Created)).GetProperty("id").GetString()!;
        await host.PutAsync($"/api/sources/{id}/plan", """{"mode":"report","events":{}}""");
        return id;
    }

    private async Task<string> SegmentAsync() =>
        (await host.PostAsync("/api/segments", $$"""{"name":"{{Next()}}","where":"traits.plan = 'pro'"}""", HttpStatusCode.Created)).GetProperty("segmentId").GetString()!;

    private async Task<(string Person, string Receipt)> ErasedAsync()
    {
        var person = await PersonAsync();
        using var answer = await host.SendAsync(HttpMethod.Delete, $"/api/profiles/userId:{person}");
        var receipt = await ApiHost.ReadAsync(answer, HttpStatusCode.OK);
        return (person, receipt.GetProperty("id").GetString()!);
    }

    private async Task<string> MergedAsync(string path)
    {
        var (one, other) = (await PersonAsync(), await PersonAsync());
        var merged = await host.PostAsync($"/api/profiles/userId:{one}/merges", $$"""{"other":"userId:{{other}}"}""");
        return path.Replace("{reference}", $"userId:{one}", StringComparison.Ordinal)
            .Replace("{mergedId}", merged.GetProperty("mergedId").GetString(), StringComparison.Ordinal);
    }
}
