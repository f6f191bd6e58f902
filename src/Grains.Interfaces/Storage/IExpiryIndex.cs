using CdpPipeline.Domain.Retention;

namespace CdpPipeline.Grains.Interfaces.Storage;

/// <summary>
/// Finds the components whose logs have events that are too old to be kept. How far a log needs no second look, as long as the same sources are asked for, is
/// remembered; so a log costs what came to it since the last time, and what is to be kept longer.
/// </summary>
public interface IExpiryIndex
{
    /// <summary>
    /// Looks at so many components, merged ones too, in ascending key order after a key. May name a component that turns out to have nothing to remove, never
    /// leaves one out.
    /// </summary>
    Task<ExpiryPage> LookAsync(long afterKey, int limit, IReadOnlyList<SourceCutoff> sources, CancellationToken cancellationToken);

    /// <summary>Remembers logs whose events stay for now though they are too old.</summary>
    Task KeepAsync(IReadOnlyList<KeptLog> kept, IReadOnlyList<SourceCutoff> sources, CancellationToken cancellationToken);
}

/// <summary>The components that have something to remove, and the last key looked at; null when there was nobody left.</summary>
public sealed record ExpiryPage(IReadOnlyList<IndexedIdentity> Due, long? LastKey);

/// <summary>A log in which whatever is too old up to a place stays, for as long as its last place is <paramref name="LastSeq"/>.</summary>
public sealed record KeptLog(long Component, long Seq, long LastSeq);
