namespace CdpPipeline.Client;

/// <summary>What a call may say beside its subject.</summary>
public sealed class CallOptions
{
    /// <summary>The id under which the event counts once. Give one that your own data determines where a program may make the same call twice. Default: a new one.</summary>
    public string? MessageId { get; init; }

    /// <summary>When it happened. Default: now.</summary>
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>An object that says under which circumstances, such as <c>ip</c>, <c>locale</c>, <c>userAgent</c>. Default: none.</summary>
    public object? Context { get; init; }
}
