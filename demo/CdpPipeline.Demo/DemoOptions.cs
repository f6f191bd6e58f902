namespace CdpPipeline.Demo;

/// <summary>What the command line said.</summary>
internal sealed record DemoOptions(string Path)
{
    public const string Usage = """
        Replays a shop's invoice lines through the HTTP API, then shows the profiles and segments they make and checks the totals.

        dotnet run --project demo/CdpPipeline.Demo -- [path.csv] [--url http://127.0.0.1:8080] [--write-key ...] [--api-key ...] [--data-directory ...]

        path.csv           lines in the columns of UCI "Online Retail"; default: a slice of 542 lines that comes with the demo
        --url              where the host listens; default: http://127.0.0.1:8080
        --write-key        default: Cdp__WriteKey, or the one the host generated
        --api-key          default: Cdp__ApiKey, or the one the host generated
        --data-directory   where the host keeps keys.json; default: Cdp__DataDirectory, ./data or ./src/Api/data
        """;

    public Uri Url { get; init; } = new("http://127.0.0.1:8080");

    public string? WriteKey { get; init; } = Environment.GetEnvironmentVariable("Cdp__WriteKey");

    public string? ApiKey { get; init; } = Environment.GetEnvironmentVariable("Cdp__ApiKey");

    public string? DataDirectory { get; init; } = Environment.GetEnvironmentVariable("Cdp__DataDirectory");

    private static string Slice => System.IO.Path.Combine(AppContext.BaseDirectory, "data", "online-retail-slice.csv");

    public static DemoOptions Read(IReadOnlyList<string> arguments)
    {
        var options = new DemoOptions(Slice);
        for (var i = 0; i < arguments.Count; i++)
        {
            var name = arguments[i];
            if (!name.StartsWith('-'))
            {
                options = options with { Path = name };
                continue;
            }

            if (++i == arguments.Count) throw new DemoException($"{name} needs a value.\n\n{Usage}");
            options = name switch
            {
                "--url" => options with { Url = ReadUrl(arguments[i]) },
                "--write-key" => options with { WriteKey = arguments[i] },
                "--api-key" => options with { ApiKey = arguments[i] },
                "--data-directory" => options with { DataDirectory = arguments[i] },
                _ => throw new DemoException($"{name} is not known.\n\n{Usage}"),
            };
        }

        return options;
    }

    private static Uri ReadUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url
            : throw new DemoException($"--url {text} is no address; give one such as http://127.0.0.1:8080.");
}
