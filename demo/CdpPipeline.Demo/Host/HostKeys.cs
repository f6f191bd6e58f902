using System.Text.Json;

namespace CdpPipeline.Demo.Host;

/// <summary>The keys that the demo calls the host with: those given, or those that the host generated and keeps in <c>keys.json</c>.</summary>
internal sealed record HostKeys(string WriteKey, string ApiKey)
{
    public static HostKeys Find(DemoOptions options)
    {
        if (options is { WriteKey: { Length: > 0 } writeKey, ApiKey: { Length: > 0 } apiKey }) return new HostKeys(writeKey, apiKey);
        var kept = Files(options).FirstOrDefault(File.Exists) ?? throw new DemoException(
            "No keys.json was found, so the host has not been started yet, or keeps its data elsewhere.\n" +
            "Start it with `dotnet run --project src/Api`, or give --data-directory, or --write-key and --api-key.");
        using var json = JsonDocument.Parse(File.ReadAllBytes(kept));
        return new HostKeys(
            options.WriteKey is { Length: > 0 } given ? given : Read(json, "writeKey", "--write-key", kept),
            options.ApiKey is { Length: > 0 } other ? other : Read(json, "apiKey", "--api-key", kept));
    }

    private static string Read(JsonDocument json, string name, string option, string file) =>
        json.RootElement.TryGetProperty(name, out var key) && key.GetString() is { Length: > 0 } text
            ? text
            : throw new DemoException($"{file} has no {name}: it was set elsewhere. Give {option}.");

    private static IEnumerable<string> Files(DemoOptions options)
    {
        if (options.DataDirectory is { Length: > 0 } directory) return [Path.Combine(directory, "keys.json")];
        return Above(Environment.CurrentDirectory).Concat(Above(AppContext.BaseDirectory)).SelectMany(folder => (string[])
        [
            Path.Combine(folder, "data", "keys.json"),
            Path.Combine(folder, "src", "Api", "data", "keys.json"),
        ]);
    }

    private static IEnumerable<string> Above(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent) yield return at.FullName;
    }
}
