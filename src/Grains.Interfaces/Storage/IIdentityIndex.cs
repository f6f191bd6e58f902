using CdpPipeline.Domain.Identifiers;

namespace CdpPipeline.Grains.Interfaces.Storage;

/// <summary>Finds identities: by identifier, by search, by what is still to be done for them.</summary>
public interface IIdentityIndex
{
    /// <summary>The component that owns the identifier, or null. Concurrent look-ups may share a query.</summary>
    ValueTask<IdentityId?> FindOwnerAsync(Identifier identifier, CancellationToken cancellationToken);

    /// <summary>
    /// Identities that are not merged, newest first (descending key), below <paramref name="beforeKey"/>. With a search text: those of
    /// which they or a component they absorbed own an identifier whose value contains it (case-insensitively); an exact match is found at any size.
    /// </summary>
    Task<IReadOnlyList<IndexedIdentity>> ListAsync(string? search, long? beforeKey, int limit, CancellationToken cancellationToken);

    /// <summary>Components whose merge was begun and not completed.</summary>
    Task<IReadOnlyList<PendingMerge>> PendingMergesAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Identities due at or before the instant, earliest first.</summary>
    Task<IReadOnlyList<DueIdentity>> DueAsync(DateTimeOffset until, int limit, CancellationToken cancellationToken) =>
        DueAsync(DueShard.All, until, limit, cancellationToken);

    /// <summary>The same among the identities of a shard.</summary>
    Task<IReadOnlyList<DueIdentity>> DueAsync(DueShard shard, DateTimeOffset until, int limit, CancellationToken cancellationToken);
}

/// <summary>An identity as the index knows it.</summary>
public sealed record IndexedIdentity(long Key, IdentityId Id);

/// <summary>A loser whose survivor has not absorbed it yet.</summary>
public sealed record PendingMerge(IdentityId Loser, IdentityId Survivor);

/// <summary>An identity and the instant at which a condition of hers flips.</summary>
public sealed record DueIdentity(long Key, IdentityId Id, DateTimeOffset At);

/// <summary>One of several equal parts of all identities, by their keys: those whose key leaves the rest <paramref name="Number"/> when divided by <paramref name="Of"/>.</summary>
public readonly record struct DueShard(int Number, int Of)
{
    /// <summary>The only part: everybody.</summary>
    public static DueShard All => new(0, 1);
}
