using CdpPipeline.Domain.ComputedTraits;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Segments;

/// <summary>Keeps the computed traits.</summary>
public sealed partial class CatalogStore
{
    /// <summary>Saves a computed trait. Where it computes something else than before, people are to be judged again for the sets of the segments that read it.</summary>
    public Task<Catalog> SaveTraitAsync(Catalog before, ComputedTraitRecord record, IReadOnlyList<SegmentId> readers, CancellationToken cancellationToken)
    {
        var after = before with { Traits = before.Traits.SetItem(record.Id, record) };
        if (before.Traits.GetValueOrDefault(record.Id)?.Trait != record.Trait)
        {
            after = Numbered(after);
            after = after with { Segments = after.Segments.SetItems(readers.Select(reader => KeyValuePair.Create(reader, Unfinished(after.Segments[reader], after.Version)))) };
        }

        return WriteAsync(before, after, [Document(record.Id, ComputedTraitDocument.Write(record))], cancellationToken);
    }

    /// <summary>Deletes a computed trait that no segment reads.</summary>
    public Task<Catalog> DeleteTraitAsync(Catalog before, ComputedTraitId id, CancellationToken cancellationToken) =>
        WriteAsync(before, Numbered(before with { Traits = before.Traits.Remove(id) }), [Document(id, null)], cancellationToken);

    private static CatalogDocument Document(ComputedTraitId id, byte[]? json) => new(StoredCatalog.TraitKind, id.ToString(), json is null ? null : (ReadOnlyMemory<byte>?)json);

    private static CatalogEntry Unfinished(CatalogEntry entry, long version) => entry with
    {
        Shown = entry.Shown with { IsWhole = false, SavedIn = version },
        Coming = entry.Coming is null ? null : entry.Coming with { IsWhole = false, SavedIn = version },
    };
}
