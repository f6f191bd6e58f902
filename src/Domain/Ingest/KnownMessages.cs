using CdpPipeline.Domain.Events;

namespace CdpPipeline.Domain.Ingest;

/// <summary>
/// What the log was found to hold of the messageIds at hand: those already stored, with their first event; and the probes for
/// those whose fingerprint another text has taken.
/// </summary>
public sealed record KnownMessages(IReadOnlyDictionary<string, EventId> Stored, IReadOnlyDictionary<string, int> Probes)
{
    public static readonly KnownMessages None = new(new Dictionary<string, EventId>(), new Dictionary<string, int>());

    /// <summary>The fingerprint to store a new messageId under.</summary>
    public long HashOf(string messageId) => MessageHash.Of(messageId, Probes.GetValueOrDefault(messageId));
}
