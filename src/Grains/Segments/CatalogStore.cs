using System.Collections.Immutable;
using System.Text.Json;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Segments;

/// <summary>
/// Keeps the catalog: a document for each segment with its newest definition, one for each computed trait, one with the condition numbers whose version is the catalog's,
/// and the membership sets. The numbers are always written first, so no definition is ever seen whose conditions have none, and everything
/// that is seen has a version of its own. Then the segment's document decides; the sets follow it, if need be when it is loaded again.
/// </summary>
public sealed partial class CatalogStore(IDocumentStore documents, IMembershipSets sets)
{
    private const string SegmentKind = "segment";
    private const string CatalogKind = "catalog";
    private const string CatalogId = "conditions";

    /// <summary>
    /// Loads the catalog and completes what a stop left half done. <paramref name="above"/>: a version that was seen already and may not have been
    /// like this; the catalog gets a higher one.
    /// </summary>
    public async Task<Catalog> LoadAsync(long above, CancellationToken cancellationToken)
    {
        var conditions = await documents.GetAsync(CatalogKind, CatalogId, cancellationToken);
        var numbers = conditions is null
            ? ConditionNumbers.None
            : JsonSerializer.Deserialize(conditions.Json.Span, SegmentDocumentJson.Default.ConditionsDocument)!.ToNumbers();
        var version = conditions?.Version ?? 0;
        var stored = await sets.ListAsync(cancellationToken);
        var shown = stored.Where(set => set.IsShown).ToDictionary(set => set.Segment);
        var coming = stored.Where(set => !set.IsShown).ToDictionary(set => set.Segment);
        var entries = (await documents.ListAsync(SegmentKind, cancellationToken)).Select(document =>
        {
            var (record, wasLive) = SegmentDocument.Read(document.Id, document.Json);
            var set = shown.TryGetValue(record.Id, out var known) ? SetOf(known) : new CatalogSet(record.Id, record.Definition, version, wasLive);
            return new CatalogEntry(record, document.Version, set, coming.TryGetValue(record.Id, out var next) ? SetOf(next) : null);
        });
        var loaded = new Catalog(version, entries.ToImmutableDictionary(entry => entry.Record.Id), numbers) { Traits = await LoadTraitsAsync(cancellationToken) };
        if (version <= above && version > 0) loaded = await NumberAsync(loaded, cancellationToken);
        var settled = MembershipSetRules.Settle(loaded, NewSetId);
        await WriteSetsAsync(stored, settled, cancellationToken);
        return settled;
    }

    public async Task<Catalog> SaveAsync(Catalog before, SegmentRecord record, CancellationToken cancellationToken)
    {
        var known = before.Segments.GetValueOrDefault(record.Id);
        var shown = known?.Shown ?? new CatalogSet(record.Id, record.Definition, before.Version + 1, IsWhole: false);
        var entry = new CatalogEntry(record, known?.DocumentVersion ?? 0, shown, known?.Coming);
        var numbered = await NumberAsync(before with { Segments = before.Segments.SetItem(record.Id, entry) }, cancellationToken);
        await PutAsync(SegmentKind, record.Id.ToString(), SegmentDocument.Write(record), entry.DocumentVersion, cancellationToken);
        var saved = numbered with { Segments = numbered.Segments.SetItem(record.Id, entry with { DocumentVersion = entry.DocumentVersion + 1 }) };
        var settled = MembershipSetRules.Settle(saved, NewSetId);
        await WriteSetsAsync(SetsOf(before), settled, cancellationToken);
        return settled;
    }

    public async Task<Catalog> DeleteAsync(Catalog before, SegmentId id, CancellationToken cancellationToken)
    {
        // The numbers keep what the segment had until the next save: should this break off here, it is still there and needs them.
        var next = await WriteNumbersAsync(before, before.Numbers, cancellationToken);
        await documents.DeleteAsync(SegmentKind, id.ToString(), cancellationToken);
        var after = MembershipSetRules.Settle(next with { Segments = next.Segments.Remove(id) }, NewSetId);
        await WriteSetsAsync(SetsOf(before), after, cancellationToken);
        return after;
    }

    /// <summary>Everybody has been judged for these sets: they are whole, and shown from now on.</summary>
    public async Task<Catalog> CompleteAsync(Catalog before, IReadOnlyList<SegmentId> complete, DateTimeOffset at, CancellationToken cancellationToken)
    {
        // Who is judged by what changes only where one set takes another's place.
        var isSwitch = before.Segments.Values.Any(entry => entry.Coming is { } coming && complete.Contains(coming.Id));
        var next = isSwitch ? await WriteNumbersAsync(before, before.Numbers, cancellationToken) : before;
        await sets.ShowAsync(complete, at, cancellationToken);
        return next with
        {
            Segments = next.Segments.ToImmutableDictionary(pair => pair.Key, pair => pair.Value switch
            {
                { Coming: { } coming } entry when complete.Contains(coming.Id) => entry with { Shown = coming with { IsWhole = true }, Coming = null },
                { Shown: var shown } entry when complete.Contains(shown.Id) => entry with { Shown = shown with { IsWhole = true } },
                var entry => entry,
            }),
        };
    }

    private static SegmentId NewSetId() => new(Guid.CreateVersion7());

    private static CatalogSet SetOf(MembershipSet set)
    {
        using var json = JsonDocument.Parse(set.Definition);
        return new CatalogSet(set.Id, FilterReader.ReadTrusted(json.RootElement), set.SavedIn, set.IsWhole);
    }

    private static IReadOnlyList<MembershipSet> SetsOf(Catalog catalog) =>
    [
        .. catalog.Segments.Values.Select(entry => SetOf(entry.Record.Id, entry.Shown, isShown: true)),
        .. catalog.Segments.Values.Where(entry => entry.Coming is not null).Select(entry => SetOf(entry.Record.Id, entry.Coming!, isShown: false)),
    ];

    private static MembershipSet SetOf(SegmentId segment, CatalogSet set, bool isShown) =>
        new(set.Id, segment, FilterWriter.Text(set.Definition), set.SavedIn) { IsShown = isShown, IsWhole = set.IsWhole };

    private async Task WriteSetsAsync(IReadOnlyList<MembershipSet> stored, Catalog catalog, CancellationToken cancellationToken)
    {
        var wanted = SetsOf(catalog);
        var changed = wanted.Except(stored).ToList();
        var retired = stored.Select(set => set.Id).Except(wanted.Select(set => set.Id)).ToList();
        if (changed.Count + retired.Count > 0) await sets.SaveAsync(changed, retired, cancellationToken);
    }

    private Task<Catalog> NumberAsync(Catalog before, CancellationToken cancellationToken)
    {
        var entries = before.Segments.Values;
        var definitions = entries.Select(entry => entry.Shown.Definition).Concat(entries.Select(entry => entry.Record.Definition));
        return WriteNumbersAsync(before, before.Numbers.For(definitions, before.Computed), cancellationToken);
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
