using System.Collections.Immutable;
using System.Text.Json;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Segments;

/// <summary>
/// Keeps the catalog as documents: one for each segment, one for each computed trait, and one with the condition numbers whose version is the catalog's. The numbers are
/// always written first, so no definition is ever seen whose conditions have none.
/// </summary>
public sealed partial class CatalogStore(IDocumentStore documents)
{
    private const string SegmentKind = "segment";
    private const string CatalogKind = "catalog";
    private const string CatalogId = "conditions";

    public async Task<Catalog> LoadAsync(CancellationToken cancellationToken)
    {
        var conditions = await documents.GetAsync(CatalogKind, CatalogId, cancellationToken);
        var numbers = conditions is null
            ? ConditionNumbers.None
            : JsonSerializer.Deserialize(conditions.Json.Span, SegmentDocumentJson.Default.ConditionsDocument)!.ToNumbers();
        var version = conditions?.Version ?? 0;
        var segments = await documents.ListAsync(SegmentKind, cancellationToken);
        return new Catalog(
            version,
            segments.Select(document => new CatalogEntry(SegmentDocument.Read(document.Id, document.Json), document.Version, version)).ToImmutableDictionary(entry => entry.Record.Id),
            numbers)
        {
            Traits = await LoadTraitsAsync(cancellationToken),
        };
    }

    public async Task<Catalog> SaveAsync(Catalog before, SegmentRecord record, CancellationToken cancellationToken)
    {
        var others = before.Segments.Remove(record.Id);
        var numbered = await NumberAsync(before, others.Values.Select(entry => entry.Record.Definition).Append(record.Definition), cancellationToken);
        var version = before.Segments.GetValueOrDefault(record.Id)?.DocumentVersion ?? 0;
        await PutAsync(SegmentKind, record.Id.ToString(), SegmentDocument.Write(record), version, cancellationToken);
        return numbered with { Segments = others.Add(record.Id, new CatalogEntry(record, version + 1, numbered.Version)) };
    }

    public async Task<Catalog> MarkLiveAsync(Catalog before, SegmentRecord record, CancellationToken cancellationToken)
    {
        var entry = before.Segments[record.Id];
        await PutAsync(SegmentKind, record.Id.ToString(), SegmentDocument.Write(record), entry.DocumentVersion, cancellationToken);
        return before with { Segments = before.Segments.SetItem(record.Id, entry with { Record = record, DocumentVersion = entry.DocumentVersion + 1 }) };
    }

    public async Task<Catalog> DeleteAsync(Catalog before, SegmentId id, CancellationToken cancellationToken)
    {
        await documents.DeleteAsync(SegmentKind, id.ToString(), cancellationToken);
        var others = before.Segments.Remove(id);
        return await NumberAsync(before, others.Values.Select(entry => entry.Record.Definition), cancellationToken) with { Segments = others };
    }

    private async Task<Catalog> NumberAsync(Catalog before, IEnumerable<SegmentNode> definitions, CancellationToken cancellationToken)
    {
        return await WriteNumbersAsync(before, before.Numbers.For(definitions, before.Computed), cancellationToken);
    }

    private async Task<Catalog> WriteNumbersAsync(Catalog before, ConditionNumbers numbers, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(ConditionsDocument.Of(numbers), SegmentDocumentJson.Default.ConditionsDocument);
        await PutAsync(CatalogKind, CatalogId, json, before.Version, cancellationToken);
        return before with { Version = before.Version + 1, Numbers = numbers };
    }

    private async Task PutAsync(string kind, string id, byte[] json, long version, CancellationToken cancellationToken)
    {
        if (!await documents.PutAsync(kind, id, json, version, cancellationToken))
            throw new StoreUnavailableException($"The {kind} document {id} was changed by somebody else; try again.");
    }
}
