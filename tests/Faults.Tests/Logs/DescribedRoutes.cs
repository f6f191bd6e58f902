using System.Text.Json;
using System.Text.RegularExpressions;

namespace CdpPipeline.Faults.Tests.Logs;

/// <summary>
/// All routes of a running program by its own description, which has each of them or a test of the API fails; so what this finds missing is missing from the
/// calls and not from a list that was kept beside them.
/// </summary>
internal sealed class DescribedRoutes
{
    private readonly List<(string Method, string Path, Regex Pattern)> routes = [];

    public static async Task<DescribedRoutes> ReadAsync(Uri address, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        using var document = JsonDocument.Parse(await http.GetByteArrayAsync(new Uri(address, "/openapi/v1.json"), cancellationToken));
        var read = new DescribedRoutes();
        foreach (var path in document.RootElement.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject().Where(member => member.Name is "get" or "put" or "post" or "delete" or "patch"))
                read.routes.Add((operation.Name.ToUpperInvariant(), path.Name, new Regex($"^{Regex.Replace(path.Name, @"\{\w+\}", "[^/]+")}$")));
        }

        // What is written out comes before what anything fits.
        read.routes.Sort((one, other) => one.Path.Count('{').CompareTo(other.Path.Count('{')));
        return read;
    }

    /// <summary>Those that no call went to.</summary>
    public IReadOnlyList<string> Without(IEnumerable<(string Method, string Path, int Status)> calls)
    {
        var missing = routes.Select(route => $"{route.Method} {route.Path}").ToHashSet();
        foreach (var (method, path, _) in calls)
        {
            var plain = path.Split('?')[0];
            if (routes.Find(route => route.Method == method && route.Pattern.IsMatch(plain)) is { Path: not null } found) missing.Remove($"{found.Method} {found.Path}");
        }

        return [.. missing.Order(StringComparer.Ordinal)];
    }
}
