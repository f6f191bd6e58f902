using CdpPipeline.Domain.Identifiers;

namespace CdpPipeline.Grains.Interfaces.Storage;

/// <summary>
/// Who was erased, what is suppressed, and the receipts. The decision itself is an <see cref="Append"/> with an <see cref="Erasure"/>; each one, and each
/// lifted suppression, makes a new revision, and no append that was decided by an older one is written.
/// </summary>
public interface IErasures
{
    /// <summary>Under which <see cref="IDocumentStore.ChangesAsync"/> counts them: its count is the revision.</summary>
    const string Kind = "erasure";

    /// <summary>What came after a revision, on one consistent view.</summary>
    Task<ErasureNews> ReadAsync(long afterRevision, CancellationToken cancellationToken);

    /// <summary>A receipt by its number, by the id of anybody who was erased with it, or by an identifier that it suppresses (its hash); null for none.</summary>
    Task<ErasureReceipt?> FindAsync(ErasureKey key, CancellationToken cancellationToken);

    /// <summary>Receipts that are not completed, oldest first.</summary>
    Task<IReadOnlyList<Guid>> PendingAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Removes up to so many of the rows that are left of an erased person, and counts them in the receipt; true once none is left.</summary>
    Task<bool> SweepAsync(Guid receipt, int rowsMax, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Lets an identifier (its hash) be used again. False: it was not suppressed.</summary>
    Task<bool> LiftAsync(Guid hash, CancellationToken cancellationToken);

    /// <summary>
    /// Rewrites the store's files, so that they hold no remains of rows that were removed. Takes as long as copying the store; on SQLite nothing is
    /// written meanwhile, on PostgreSQL nothing is read or written of the table being rewritten.
    /// </summary>
    Task CompactAsync(CancellationToken cancellationToken);
}

/// <summary>What changed up to a revision.</summary>
/// <param name="Revision">The one in force.</param>
/// <param name="Erased">Identities that are gone.</param>
/// <param name="Suppressions">Hashes of identifiers: suppressed (true), or no longer.</param>
public sealed record ErasureNews(long Revision, IReadOnlyList<IdentityId> Erased, IReadOnlyList<KeyValuePair<Guid, bool>> Suppressions);

/// <summary>By what a receipt is looked for: exactly one of them.</summary>
public readonly record struct ErasureKey(Guid? Number, IdentityId? Identity, Guid? Suppressed);
