using System.Text.Json;

namespace CdpPipeline.Client;

/// <summary>Where a <see cref="CdpClient"/> sends to, and how much it may hold. Checked when the client is made.</summary>
public sealed class CdpClientOptions
{
    /// <summary>The server, such as <c>https://cdp.example.com</c>; may have a path.</summary>
    public required Uri Host { get; init; }

    /// <summary>The write key of the source that the events belong to.</summary>
    public required string WriteKey { get; init; }

    /// <summary>How many events wait at most; beyond it calls wait for room. Default: 10,000.</summary>
    public int QueueEventsMax { get; init; } = 10_000;

    /// <summary>Most events in a request. Default: 500.</summary>
    public int BatchEventsMax { get; init; } = 500;

    /// <summary>Largest request, in bytes of JSON before compression; no more than the server takes. Default: 2,097,152 (2 MB).</summary>
    public int BatchBytesMax { get; init; } = 2 * 1024 * 1024;

    /// <summary>Largest event, in bytes of JSON; a larger one is refused by the call itself. Default: 131,072 (128 KB), the server's limit.</summary>
    public int EventBytesMax { get; init; } = 128 * 1024;

    /// <summary>Requests of at least so many bytes are sent as gzip. Default: 1,024.</summary>
    public int GzipBytesMin { get; init; } = 1024;

    /// <summary>The pause after the first failure; it doubles with each further one, and up to half of it is left to chance. Default: 500 ms.</summary>
    public TimeSpan RetryFirst { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest pause of the client's own; one that the server asks for may be longer. Default: 1 minute.</summary>
    public TimeSpan RetryMax { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an answer may take before the request counts as failed. Default: 60 s.</summary>
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long disposing goes on trying to deliver what waits. Default: 30 s.</summary>
    public TimeSpan FlushWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How properties, traits and contexts become JSON. Default: names in camel case.</summary>
    public JsonSerializerOptions Json { get; init; } = new(JsonSerializerDefaults.Web);

    /// <summary>Told of events that the server will never have. Called by the client's own loop, so it should be quick; what it throws is ignored. Default: nobody.</summary>
    public Action<LostEvents>? OnLost { get; init; }

    /// <summary>The clock of timestamps and pauses. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    internal void Check()
    {
        if (!Host.IsAbsoluteUri || Host.Scheme is not ("http" or "https")) throw new ArgumentException($"Host is '{Host}'; give an absolute http or https address.");
        if (string.IsNullOrWhiteSpace(WriteKey)) throw new ArgumentException("WriteKey is empty; give the write key of a source.");
        AtLeast(QueueEventsMax, 1, nameof(QueueEventsMax));
        AtLeast(BatchEventsMax, 1, nameof(BatchEventsMax));
        AtLeast(EventBytesMax, 1, nameof(EventBytesMax));
        AtLeast(BatchBytesMax, EventBytesMax, nameof(BatchBytesMax));
        AtLeast(RetryFirst, TimeSpan.FromMilliseconds(1), nameof(RetryFirst));
        AtLeast(RetryMax, RetryFirst, nameof(RetryMax));
        AtLeast(AnswerWithin, TimeSpan.FromMilliseconds(1), nameof(AnswerWithin));
        AtLeast(FlushWithin, TimeSpan.Zero, nameof(FlushWithin));
    }

    private static void AtLeast<T>(T value, T least, string name)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0) throw new ArgumentException($"{name} is {value}; give at least {least}.");
    }
}
