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
    /// Saves a computed trait and marks the segments that read it as not live, before it: should this break off in between, they are only
    /// backfilled for nothing.
    /// </summary>
    public async Task<Catalog> SaveTraitAsync(Catalog before, ComputedTraitRecord record, IReadOnlyList<SegmentId> readers, CancellationToken cancellationToken)
    {
        var known = before.Traits.GetValueOrDefault(record.Id);
        var after = before with { Traits = before.Traits.SetItem(record.Id, new ComputedTraitEntry(record, (known?.DocumentVersion ?? 0) + 1)) };
        if (known is null || known.Record.Trait != record.Trait)
        {
            after = await NumberAsync(after, after.Segments.Values.Select(entry => entry.Record.Definition), cancellationToken);
            foreach (var reader in readers)
            {
                var entry = after.Segments[reader];
                var marked = entry with { Record = entry.Record with { IsLive = false }, SavedIn = after.Version };
                if (entry.Record.IsLive)
                {
                    await PutAsync(SegmentKind, reader.ToString(), SegmentDocument.Write(marked.Record), entry.DocumentVersion, cancellationToken);
                    marked = marked with { DocumentVersion = entry.DocumentVersion + 1 };
                }

                after = after with { Segments = after.Segments.SetItem(reader, marked) };
            }
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

    private async Task<ImmutableDictionary<ComputedTraitId, ComputedTraitEntry>> LoadTraitsAsync(CancellationToken cancellationToken) =>
        (await documents.ListAsync(TraitKind, cancellationToken))
            .Select(document => new ComputedTraitEntry(ComputedTraitDocument.Read(document.Id, document.Json), document.Version))
            .ToImmutableDictionary(entry => entry.Record.Id);
}
