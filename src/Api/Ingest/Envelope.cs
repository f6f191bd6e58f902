using System.Net;
using CdpPipeline.Api.Auth;
using CdpPipeline.Api.Privacy;
using CdpPipeline.Domain.Events;

namespace CdpPipeline.Api.Ingest;

/// <summary>What is said about all events of one request together. Used by one request only.</summary>
internal sealed class Envelope(DateTimeOffset receivedAt, Source source)
{
    public DateTimeOffset ReceivedAt { get; } = receivedAt.Whole();

    /// <summary>The source whose key was sent.</summary>
    public Source Source { get; } = source;

    /// <summary>The type that the path names; null for a batch.</summary>
    public EventType? PathType { get; init; }

    /// <summary>The call is the seed's <c>/api/track</c>: the body names its source, and a page may have a name of its own.</summary>
    public bool IsSeedCall { get; init; }

    /// <summary>What is to be kept of where the events came from.</summary>
    public ContextPrivacy Privacy { get; init; } = ContextPrivacy.None;

    /// <summary>Where the call came from, where that is known.</summary>
    public IPAddress? Connection { get; init; }

    /// <summary>Somebody wants to see what was rejected.</summary>
    public bool KeepsRejected { get; init; }

    /// <summary>The batch's <c>sentAt</c>, where an event has none.</summary>
    public DateTimeOffset? SentAt { get; set; }

    /// <summary>The batch's <c>context</c>, the default under each event's own.</summary>
    public JsonSlice Context { get; set; }

    /// <summary>The batch context's <c>traits</c>.</summary>
    public JsonSlice ContextTraitsSlice { get; set; }

    public ObjectFacts ContextTraits { get; set; }

    /// <summary>The context that came last: SDKs send the same with every event, so neighbours share one copy.</summary>
    public ReadOnlyMemory<byte> LastContext { get; set; }

    /// <summary>What is stored of it.</summary>
    public ReadOnlyMemory<byte> LastStored { get; set; }
}
