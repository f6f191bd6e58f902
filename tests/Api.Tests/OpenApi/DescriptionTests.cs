using System.Text;
using CdpPipeline.Api.OpenApi;
using CdpPipeline.Api.Routes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CdpPipeline.Api.Tests.OpenApi;

public sealed class DescriptionTests
{
    private const string Renew = "CDP_APPROVE=1 dotnet run --project tests/Api.Tests -c Release -- -class '*DescriptionTests'";

    private static readonly string Approved = Path.Combine(Root(), "tests", "Api.Tests", "OpenApi", "v1.approved.json");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_document_is_the_approved_one()
    {
        var document = Encoding.UTF8.GetString(ApiDescription.Bytes) + "\n";
        if (Environment.GetEnvironmentVariable("CDP_APPROVE") == "1") await File.WriteAllTextAsync(Approved, document, Cancelled);

        var approved = await File.ReadAllTextAsync(Approved, Cancelled);

        if (approved != document) Assert.Fail($"/openapi/v1.json is not what {Approved} has. Read the difference; if it is meant, renew the file with\n  {Renew}\n{Difference(approved, document)}");
    }

    [Fact]
    public async Task Every_route_is_described_and_nothing_else()
    {
        await using var host = await ApiHost.StartAsync();
        var endpoints = host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();
        var served = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var endpoint in endpoints)
        {
            var path = endpoint.RoutePattern.RawText!;
            if (endpoint.Metadata.GetMetadata<ServedMethods>() is { } methods) served.UnionWith(methods.Methods.Select(method => $"{method} {path}"));
            else Assert.True(path.Contains("{**", StringComparison.Ordinal), $"{path} does not say which methods it serves: end its Map with .Serving(…).");
        }

        var described = DescribedOperation.All.Select(operation => operation.ToString()).ToHashSet();

        Assert.True(
            described.SetEquals(served),
            $"""
            Served and not described: {string.Join(", ", served.Except(described))}
            Described and not served: {string.Join(", ", described.Except(served))}
            Describe a route in a *.openapi.json beside it (any name; see src/Api/Segments/segments.openapi.json), then renew the approved document with
              {Renew}
            """);
    }

    [Fact]
    public async Task It_is_served_to_everybody()
    {
        await using var host = await ApiHost.StartAsync();

        using var answer = await host.SendAsync(HttpMethod.Get, "/openapi/v1.json", key: null);

        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(ApiDescription.Bytes, await answer.Content.ReadAsByteArrayAsync(Cancelled));
    }

    [Fact]
    public void All_references_lead_somewhere_and_all_components_are_used()
    {
        var text = Encoding.UTF8.GetString(ApiDescription.Bytes);
        var used = System.Text.RegularExpressions.Regex.Matches(text, "\"\\$ref\": \"#/components/([^\"]+)\"").Select(match => match.Groups[1].Value).ToHashSet();
        var there = from kind in DescribedOperation.Document["components"]!.AsObject()
                    where kind.Key != "securitySchemes"
                    from component in kind.Value!.AsObject()
                    select $"{kind.Key}/{component.Key}";

        Assert.Equal(there.Order(StringComparer.Ordinal), used.Order(StringComparer.Ordinal));
    }

    /// <summary>From where the two differ on, a few lines of each.</summary>
    private static string Difference(string approved, string document)
    {
        const int Shown = 12;
        var (before, now) = (approved.Split('\n'), document.Split('\n'));
        var start = before.Zip(now).TakeWhile(pair => pair.First == pair.Second).Count();
        var end = before.Reverse().Zip(now.Reverse()).TakeWhile(pair => pair.First == pair.Second).Count();
        var text = new StringBuilder($"from line {start + 1} on:\n");
        foreach (var line in Middle(before)) text.Append("- ").AppendLine(line);
        foreach (var line in Middle(now)) text.Append("+ ").AppendLine(line);
        return text.ToString();

        IEnumerable<string> Middle(string[] lines) => lines.Skip(start).Take(Math.Min(Shown, Math.Max(0, lines.Length - start - end)));
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "CdpPipeline.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
