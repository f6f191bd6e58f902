using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Grains.Interfaces.Storage;

/// <summary>
/// The catalog as it is stored: definitions, condition numbers, and the membership sets of the segments, of which one is shown and, while a change is
/// worked in, one is not yet. Which one is shown is decided here and nowhere else. Read as one view and changed in one transaction; a row of a
/// set that is not kept here is never written.
/// </summary>
public interface ICatalogTables
{
    Task<StoredCatalog> ReadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Writes all of it, or nothing when the catalog was changed since it was read (false). Where it makes a new version, no append that was judged by
    /// an older one is committed after it, by whatever process (<see cref="OldCatalog"/>).
    /// </summary>
    Task<bool> WriteAsync(CatalogWrite write, CancellationToken cancellationToken);

    /// <summary>
    /// Does a bounded part of what a switch to the sets saved by the version has to do for each member: it compares them with the shown ones, to be told at
    /// the switch, and has changes noted from now on. Until false there is more to do: then a switch has only those left who changed last. It
    /// changes nothing that anybody reads, may be repeated and broken off at any time, and by several processes at once.
    /// </summary>
    Task<bool> PrepareAsync(long version, int rowsMax, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Removes up to so many rows of retired sets; the number removed. A retired set without rows is forgotten.</summary>
    Task<int> SweepAsync(int rowsMax, CancellationToken cancellationToken);
}

/// <summary>What is stored of the catalog at one instant.</summary>
/// <param name="Revision">Counts its writes.</param>
/// <param name="Version">Counts those by which people are judged otherwise than before.</param>
/// <param name="Conditions">The document with the condition numbers; empty when there is none.</param>
/// <param name="Segments">Documents of kind <see cref="SegmentKind"/>, by id.</param>
/// <param name="Traits">Documents of kind <see cref="TraitKind"/>, by id.</param>
/// <param name="Sets">All that are kept, in no particular order.</param>
public sealed record StoredCatalog(
    long Revision,
    long Version,
    ReadOnlyMemory<byte> Conditions,
    IReadOnlyList<Document> Segments,
    IReadOnlyList<Document> Traits,
    IReadOnlyList<MembershipSet> Sets)
{
    public const string SegmentKind = "segment";
    public const string TraitKind = "computed-trait";

    /// <summary>Under which <see cref="IDocumentStore.ChangesAsync"/> counts what is written here: its count is the revision.</summary>
    public const string Kind = "catalog";
}

/// <summary>One change of the catalog.</summary>
/// <param name="Revision">That of the catalog on which it was decided.</param>
public sealed record CatalogWrite(long Revision)
{
    /// <summary>The condition numbers of a new version; null when people are judged as before.</summary>
    public ReadOnlyMemory<byte>? Conditions { get; init; }

    public IReadOnlyList<CatalogDocument> Documents { get; init; } = [];

    /// <summary>Sets that are new or changed. Whether one that is known is shown is left alone.</summary>
    public IReadOnlyList<MembershipSet> Sets { get; init; } = [];

    /// <summary>Sets that are no longer kept; nothing is told of it.</summary>
    public IReadOnlyList<SegmentId> Retired { get; init; } = [];

    /// <summary>
    /// Everybody has been judged for these sets: they are whole from now on. Those that were not shown take the place of the shown ones, which are
    /// retired; the difference is told as of <see cref="At"/>, and who is in both keeps her instant. Repeating it changes nothing.
    /// </summary>
    public IReadOnlyList<SegmentId> Shown { get; init; } = [];

    /// <summary>The instant of what is told.</summary>
    public DateTimeOffset At { get; init; }
}

/// <summary>A document to write, or to delete (null).</summary>
public sealed record CatalogDocument(string Kind, string Id, ReadOnlyMemory<byte>? Json);

/// <summary>
/// The members of one segment by one definition (its canonical JSON). Its rows have its own id as their key; a segment's first set has the
/// segment's. People are judged for it as it is now since the catalog's version <paramref name="SavedIn"/>.
/// </summary>
public sealed record MembershipSet(SegmentId Id, SegmentId Segment, string Definition, long SavedIn)
{
    /// <summary>Whether its rows are what the segment's members are.</summary>
    public bool IsShown { get; init; }

    /// <summary>Whether everybody has been judged for it.</summary>
    public bool IsWhole { get; init; }
}
