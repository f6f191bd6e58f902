using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Log;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Tests.Model;

/// <summary>What came to a component by events that were removed because of their age.</summary>
internal static class RemovedClaims
{
    /// <summary>As events that carry nothing but the identifiers that came by each.</summary>
    public static async Task<IReadOnlyList<StoredEvent>> OfAsync(IEventLog log, long key, CancellationToken cancellationToken)
    {
        var claims = new List<StoredEvent>();
        await foreach (var entry in log.ReadAsync(key, afterSeq: 0, cancellationToken))
        {
            if (entry is not ChangeEntry { Change: Expired { Claimed: { } claimed } }) continue;
            claims.Add(new StoredEvent(new EventId(key, entry.Seq), new Event
            {
                Type = EventType.Track,
                Identifiers = claimed,
                Timestamp = entry.At,
                ReceivedAt = entry.At,
                Source = "",
                Properties = "{}"u8.ToArray(),
            }));
        }

        return claims;
    }
}
