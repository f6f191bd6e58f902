using System.Text;
using CdpPipeline.Api.Auth;
using CdpPipeline.Api.Ingest;
using CdpPipeline.Domain.Events;
using Microsoft.Extensions.Options;

namespace CdpPipeline.Api.Tests.Ingest;

/// <summary>Reads bodies as the host does, at a fixed time of arrival.</summary>
internal static class Reading
{
    public static readonly DateTimeOffset ReceivedAt = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    public static EventReader Reader(Action<IngestOptions>? configure = null)
    {
        var options = new IngestOptions();
        configure?.Invoke(options);
        return new EventReader(new EventRules(Options.Create(options)));
    }

    public static readonly Source Web = new("web", "web");

    public static ReadEvents One(string body, EventType path = EventType.Track) =>
        Reader().ReadOne(Encoding.UTF8.GetBytes(body), new Envelope(ReceivedAt, Web) { PathType = path });

    public static ReadEvents Seed(string body) =>
        Reader().ReadOne(Encoding.UTF8.GetBytes(body), new Envelope(ReceivedAt, Web) { IsSeedCall = true });

    public static ReadEvents Batch(string body) => Batch(Encoding.UTF8.GetBytes(body));

    public static ReadEvents Batch(byte[] body) => Reader().ReadBatch(body, new Envelope(ReceivedAt, Web));

    /// <summary>The only event of a good body.</summary>
    public static Event Good(string body, EventType path = EventType.Track)
    {
        var read = One(body, path);
        Assert.Null(read.Problem);
        Assert.Empty(read.Rejected);
        return Assert.Single(read.Events);
    }

    /// <summary>The field at fault in a body that is one bad event.</summary>
    public static string Fault(string body, EventType path = EventType.Track)
    {
        var read = One(body, path);
        Assert.Null(read.Problem);
        Assert.Empty(read.Events);
        return Assert.Single(read.Rejected).Field;
    }

    public static string Json(ReadOnlyMemory<byte> json) => Encoding.UTF8.GetString(json.Span);

    public static string Identifiers(Event @event) => string.Join(' ', @event.Identifiers);
}
