using System.Collections.Immutable;
using CdpPipeline.Domain.ComputedTraits;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;

namespace CdpPipeline.Grains.Segments;

/// <summary>All definitions at one version, those of computed traits among them, with the numbers of their event conditions and the sets of their members. Immutable.</summary>
public sealed record Catalog(long Version, ImmutableDictionary<SegmentId, CatalogEntry> Segments, ConditionNumbers Numbers)
{
    /// <summary>Counts the writes of the stored catalog; the version only those by which people are judged otherwise.</summary>
    public long Revision { get; init; }

    public ImmutableDictionary<ComputedTraitId, ComputedTraitRecord> Traits { get; init; } = ImmutableDictionary<ComputedTraitId, ComputedTraitRecord>.Empty;

    public IEnumerable<ComputedTrait> Computed => Traits.Values.Select(record => record.Trait);

    /// <summary>The newest definitions.</summary>
    public Dictionary<SegmentId, SegmentNode> Definitions => Segments.Values.ToDictionary(entry => entry.Record.Id, entry => entry.Record.Definition);

    /// <summary>The version of the newest definition that not everybody has been judged by; null when there is none.</summary>
    public long? Wanted => Segments.Values.Where(entry => !entry.IsLive).Max(entry => (long?)entry.SavedIn);

    /// <summary>Sets for which not everybody has been judged yet.</summary>
    public IReadOnlySet<SegmentId> Unfinished =>
        Segments.Values.SelectMany(entry => (IEnumerable<CatalogSet?>)[entry.Shown, entry.Coming]).OfType<CatalogSet>().Where(set => !set.IsWhole).Select(set => set.Id).ToHashSet();

    public SegmentCatalog Compile() => SegmentCatalog.Compile(
        Version,
        [.. Segments.Values.Select(entry => new SegmentVersion(entry.Record.Id, entry.Shown.Id, entry.Shown.Definition))],
        [.. Segments.Values.Where(entry => entry.Coming is not null).Select(entry => new SegmentVersion(entry.Record.Id, entry.Coming!.Id, entry.Coming.Definition))],
        [.. Computed],
        Numbers);
}

/// <summary>A segment with the set that is shown, and the one that will be.</summary>
public sealed record CatalogEntry(SegmentRecord Record, CatalogSet Shown, CatalogSet? Coming)
{
    /// <summary>Everybody has been judged by the newest definition.</summary>
    public bool IsLive => Shown.IsWhole && Coming is null;

    /// <summary>The catalog's version since which people are judged by it.</summary>
    public long SavedIn => Coming?.SavedIn ?? Shown.SavedIn;
}

/// <summary>A set of members with the definition that makes it.</summary>
public sealed record CatalogSet(SegmentId Id, SegmentNode Definition, long SavedIn, bool IsWhole);
