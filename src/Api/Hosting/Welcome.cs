using CdpPipeline.Api.Auth;

namespace CdpPipeline.Api.Hosting;

/// <summary>
/// Tells whoever started the host what to do next: commands that work as pasted, with the address it listens on and its keys. Only keys that were
/// generated here are shown; those from the configuration stay there.
/// </summary>
internal static partial class Welcome
{
    private const string DefaultAddress = "http://127.0.0.1:8080";
    private const string PersonId = "ada";

    /// <summary>Writes the text once the host listens; or a line of the log, without any key, where the console is not for people.</summary>
    public static void WriteWhenStarted(WebApplication app, FirstKeys keys, TextWriter output) => app.Lifetime.ApplicationStarted.Register(() =>
    {
        if (!HostConsole.IsForPeople(app.Configuration))
        {
            var (address, directory) = (AddressOf(app.Urls), DataDirectory.Of(app.Configuration));
            app.Logger.Ready(address, directory);
            return;
        }

        output.WriteLine(Text(AddressOf(app.Urls), keys, app.Configuration));
        output.Flush();
    });

    public static string Text(string address, FirstKeys keys, IConfiguration configuration)
    {
        var writeKey = Header(keys.WriteKey, "WriteKey", configuration);
        var apiKey = Header(keys.ApiKey, "ApiKey", configuration);
        var directory = DataDirectory.Of(configuration);
        var place = StoreChoice.Of(configuration) == StoreChoice.Postgres ? "PostgreSQL" : directory;

        // Where nothing was chosen the demo finds the host by itself.
        var url = address == DefaultAddress ? "" : $" --url {address}";
        var keyFile = string.IsNullOrEmpty(configuration["Cdp:DataDirectory"]) ? "" : $" --data-directory {Quoted(directory)}";
        var options = url + keyFile is { Length: > 0 } chosen ? $" --{chosen}" : "";
        return $$$"""

            CdpPipeline is ready on {{{address}}}; its data is in {{{place}}}

            Send an event:
              curl {{{address}}}/v1/track -H {{{writeKey}}} -H 'Content-Type: application/json' -d '{"userId":"{{{PersonId}}}","event":"Order Completed","properties":{"total":42.50,"currency":"GBP"}}'
            See her profile:
              curl {{{address}}}/api/profiles/userId:{{{PersonId}}} -H {{{apiKey}}}
            Watch segments count, live:
              curl -N {{{address}}}/api/segments/live -H {{{apiKey}}}
            Replay a shop's orders:
              dotnet run --project demo/CdpPipeline.Demo{{{options}}}

            """;
    }

    /// <summary>An address that this machine can call: a wildcard stands for every one of its own, and of several plain HTTP is the simplest.</summary>
    public static string AddressOf(IEnumerable<string> urls)
    {
        var addresses = urls.Select(BindingAddress.Parse).OrderBy(address => address.Scheme, StringComparer.Ordinal).ToList();
        if (addresses.Count == 0) return DefaultAddress;
        var first = addresses[0];
        var host = first.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "127.0.0.1" : first.Host;
        return $"{first.Scheme}://{host}:{first.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)}{first.PathBase}";
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Ready on {Address}; keys that were made up at the first start are in keys.json in {Directory}")]
    private static partial void Ready(this ILogger logger, string address, string directory);

    private static string Header(string? key, string name, IConfiguration configuration) => key is not null && string.IsNullOrEmpty(configuration[$"Cdp:{name}"])
        ? Quoted($"Authorization: Bearer {key}")
        : $"\"Authorization: Bearer $Cdp__{name}\"";

    // For a POSIX shell, whatever the key holds.
    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
