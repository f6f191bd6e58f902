namespace CdpPipeline.Api.Ingest;

/// <summary>The limits and rules of the ingest edge, section <c>Cdp:Ingest</c>. Validated at start.</summary>
public sealed class IngestOptions
{
    public const string Section = "Cdp:Ingest";

    /// <summary>Largest event, in bytes of JSON, a batch's default context included. Default: 131,072 (128 KB).</summary>
    public int EventBytesMax { get; set; } = 128 * 1024;

    /// <summary>Largest body, in bytes, as sent and also after inflating. Default: 4,194,304 (4 MB).</summary>
    public int BodyBytesMax { get; set; } = 4 * 1024 * 1024;

    /// <summary>Memory that all bodies being read may hold together, in bytes; beyond it calls are answered 503. Default: 536,870,912 (512 MB).</summary>
    public long BuffersBytesMax { get; set; } = 512L * 1024 * 1024;

    /// <summary>Most events in a batch. Default: 2,500.</summary>
    public int BatchEventsMax { get; set; } = 2500;

    /// <summary>Deepest nesting of objects and arrays; the event itself is the first level. Default: 32.</summary>
    public int NestingMax { get; set; } = 32;

    /// <summary>Most traits in one call. Default: 1,000.</summary>
    public int TraitsMax { get; set; } = 1000;

    /// <summary>Longest messageId, in UTF-16 characters. Default: 256.</summary>
    public int MessageIdLengthMax { get; set; } = 256;

    /// <summary>Longest event name, group id and source name, in UTF-16 characters. Default: 512.</summary>
    public int NameLengthMax { get; set; } = 512;

    /// <summary>Largest batch-level <c>context</c>, in bytes; a larger one is ignored. Default: 16,384.</summary>
    public int BatchContextBytesMax { get; set; } = 16 * 1024;

    /// <summary>How far after its arrival an event may say it happened. Default: 366 days.</summary>
    public TimeSpan FutureMax { get; set; } = TimeSpan.FromDays(366);

    /// <summary>How many event and source names are kept for re-use. Default: 4,096.</summary>
    public int CachedNamesMax { get; set; } = 4096;

    /// <summary>Event names whose <c>properties.email</c> and <c>properties.phone</c> identify the person. Unset: <c>Signed Up</c>. Default: unset.</summary>
    public string[]? IdentifyingEvents { get; set; }

    /// <summary>Identifier values that name nobody, compared without case. Unset: the list of the identifier rules. Default: unset.</summary>
    public string[]? Placeholders { get; set; }

    /// <summary>The URL under which browsers reach this host; unset: as the request names it. Set it behind a TLS proxy. Default: unset.</summary>
    public string? PublicUrl { get; set; }
}
