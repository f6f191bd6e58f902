using System.Collections.Immutable;
using CdpPipeline.Domain.ComputedTraits;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;

namespace CdpPipeline.Grains.Segments;

/// <summary>Keeps the computed traits.</summary>
public sealed partial class CatalogStore
{
    private const string TraitKind = "computed-trait";

    /// <summary>
    /// Saves a computed trait. Before it the sets of the segments that read it are marked as not whole: should this break off in between, they are only
    /// backfilled for nothing.
    /// </summary>
    public async Task<Catalog> SaveTraitAsync(Catalog before, ComputedTraitRecord record, IReadOnlyList<SegmentId> readers, CancellationToken cancellationToken)
    {
        var known = before.Traits.GetValueOrDefault(record.Id);
        var after = before with { Traits = before.Traits.SetItem(record.Id, new ComputedTraitEntry(record, (known?.DocumentVersion ?? 0) + 1)) };
        if (known?.Record.Trait != record.Trait)
        {
            after = await NumberAsync(after, cancellationToken);
            after = after with { Segments = after.Segments.SetItems(readers.Select(reader => KeyValuePair.Create(reader, Unfinished(after.Segments[reader], after.Version)))) };
            await WriteSetsAsync(SetsOf(before), after, cancellationToken);
        }

        await PutAsync(TraitKind, record.Id.ToString(), ComputedTraitDocument.Write(record), known?.DocumentVersion ?? 0, cancellationToken);
        return after;
    }

    /// <summary>Deletes a computed trait that no segment reads. Its number is kept until the next save: should this break off, it is still needed.</summary>
    public async Task<Catalog> DeleteTraitAsync(Catalog before, ComputedTraitId id, CancellationToken cancellationToken)
    {
        var after = await WriteNumbersAsync(before, before.Numbers, cancellationToken);
        await documents.DeleteAsync(TraitKind, id.ToString(), cancellationToken);
        return after with { Traits = after.Traits.Remove(id) };
    }

    private static CatalogEntry Unfinished(CatalogEntry entry, long version) => entry with
    {
        Shown = entry.Shown with { IsWhole = false, SavedIn = version },
        Coming = entry.Coming is null ? null : entry.Coming with { IsWhole = false, SavedIn = version },
    };

    private async Task<ImmutableDictionary<ComputedTraitId, ComputedTraitEntry>> LoadTraitsAsync(CancellationToken cancellationToken) =>
        (await documents.ListAsync(TraitKind, cancellationToken))
            .Select(document => new ComputedTraitEntry(ComputedTraitDocument.Read(document.Id, document.Json), document.Version))
            .ToImmutableDictionary(entry => entry.Record.Id);
}
