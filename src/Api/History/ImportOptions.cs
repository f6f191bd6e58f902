using System.Globalization;
using CdpPipeline.Api.Auth;
using CdpPipeline.Api.Hosting;

namespace CdpPipeline.Api.History;

/// <summary>What the command line of an import of history said.</summary>
internal sealed record ImportOptions(string Path)
{
    public const string Usage =
        """
        import FILE [--format ndjson|csv] [--url http://127.0.0.1:8080] [--key WRITE_KEY] [--at-once 4]
                    [--map column=field[:text|number|boolean|json]]... [--set field=text]... [--patience 00:10:00] [--restart true]
        """;

    /// <summary>Null: by the file's name, <c>.csv</c> or anything else.</summary>
    public string? Format { get; init; }

    public Uri Url { get; init; } = new("http://127.0.0.1:8080");

    /// <summary>The write key of the source that the events are of.</summary>
    public string Key { get; init; } = "";

    /// <summary>Requests under way at the same time; with 1 events arrive in the order of the file.</summary>
    public int AtOnce { get; init; } = 4;

    /// <summary>How long a request is tried again before the import gives up.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Begins anew, whatever was done before.</summary>
    public bool Restarts { get; init; }

    /// <summary>What columns mean, in the order given.</summary>
    public IReadOnlyList<(string Column, string Field)> Map { get; init; } = [];

    /// <summary>What every row has.</summary>
    public IReadOnlyList<(string Field, string Text)> Set { get; init; } = [];

    public bool IsCsv => Format == "csv" || (Format is null && Path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase));

    /// <summary>What a rerun must have in common with the run that it goes on with.</summary>
    public string Terms => string.Join('\n', [Url.ToString(), IsCsv ? "csv" : "ndjson", .. Map.Select(each => $"{each.Column}={each.Field}"), .. Set.Select(each => $"{each.Field}:={each.Text}")]);

    /// <exception cref="ImportException">The arguments are not right.</exception>
    public static ImportOptions Read(string path, IReadOnlyList<string> arguments, IConfiguration configuration)
    {
        var options = new ImportOptions(path);
        for (var i = 0; i + 1 < arguments.Count; i += 2) options = options.With(arguments[i], arguments[i + 1]);
        if (arguments.Count % 2 == 1) throw new ImportException($"{arguments[^1]} needs a value.\n{Usage}");
        if (options.Key.Length == 0) options = options with { Key = configuration["Cdp:WriteKey"] is { Length: > 0 } key ? key : new KeyFile(DataDirectory.Of(configuration)).Read().WriteKey ?? "" };
        if (options.Key.Length == 0) throw new ImportException("No write key: give --key, or set Cdp__WriteKey.");
        if (!options.IsCsv && options.Map.Count + options.Set.Count > 0) throw new ImportException("--map and --set are for CSV; lines of NDJSON are sent as they are.");
        return options;
    }

    private ImportOptions With(string name, string value) => name switch
    {
        "--format" when value is "ndjson" or "csv" => this with { Format = value },
        "--url" when Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" => this with { Url = url },
        "--key" => this with { Key = value },
        "--at-once" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= 64 => this with { AtOnce = count },
        "--patience" when TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out var patience) && patience >= TimeSpan.Zero => this with { Patience = patience },
        "--restart" when bool.TryParse(value, out var restarts) => this with { Restarts = restarts },
        "--map" when value.IndexOf('=', StringComparison.Ordinal) is var at and > 0 => this with { Map = [.. Map, (value[..at], value[(at + 1)..])] },
        "--set" when value.IndexOf('=', StringComparison.Ordinal) is var at and > 0 => this with { Set = [.. Set, (value[..at], value[(at + 1)..])] },
        "--format" or "--url" or "--at-once" or "--patience" or "--restart" or "--map" or "--set" => throw new ImportException($"{name} can't be {value}.\n{Usage}"),
        _ => throw new ImportException($"{name} is not known.\n{Usage}"),
    };
}
