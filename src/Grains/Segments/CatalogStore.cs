using System.Collections.Immutable;
using System.Text.Json;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Segments;

/// <summary>
/// Keeps the catalog: a document for each segment with its newest definition, one for each computed trait, the condition numbers, and the membership sets.
/// Each change is one transaction, and only of the catalog as it is stored still: else it throws <see cref="CatalogOvertakenException"/>. When nobody
/// knows whether it got through, it throws <see cref="StoreUnavailableException"/>, and only loading again says what is there.
/// </summary>
public sealed partial class CatalogStore(ICatalogTables tables)
{
    /// <summary>The catalog as it is stored.</summary>
    public async Task<Catalog> ReadAsync(CancellationToken cancellationToken) => Read(await tables.ReadAsync(cancellationToken));

    /// <summary>The same; sets that should be there and are not (a program before there were any left it so) are made first.</summary>
    public async Task<Catalog> LoadAsync(CancellationToken cancellationToken)
    {
        var stored = await tables.ReadAsync(cancellationToken);
        var loaded = Read(stored);
        var settled = MembershipSetRules.Settle(loaded, NewSetId);
        return SetsOf(settled).ToHashSet().SetEquals(stored.Sets) ? settled : await WriteAsync(loaded, settled, stored.Sets, [], cancellationToken);
    }

    public Task<Catalog> SaveAsync(Catalog before, SegmentRecord record, CancellationToken cancellationToken)
    {
        var known = before.Segments.GetValueOrDefault(record.Id);
        var shown = known?.Shown ?? new CatalogSet(record.Id, record.Definition, before.Version + 1, IsWhole: false);
        var saved = before with { Segments = before.Segments.SetItem(record.Id, new CatalogEntry(record, shown, known?.Coming)) };
        var settled = MembershipSetRules.Settle(Numbered(saved), NewSetId);
        return WriteAsync(before, settled, [Document(record)], cancellationToken);
    }

    public Task<Catalog> DeleteAsync(Catalog before, SegmentId id, CancellationToken cancellationToken)
    {
        var rest = Numbered(before with { Segments = before.Segments.Remove(id) });
        return WriteAsync(before, MembershipSetRules.Settle(rest, NewSetId), [new CatalogDocument(StoredCatalog.SegmentKind, id.ToString(), null)], cancellationToken);
    }

    /// <summary>Everybody has been judged for these sets: they are whole, and shown from now on.</summary>
    public async Task<Catalog> CompleteAsync(Catalog before, IReadOnlyList<SegmentId> complete, DateTimeOffset at, CancellationToken cancellationToken)
    {
        // Who is judged by what changes only where one set takes another's place.
        var isSwitch = before.Segments.Values.Any(entry => entry.Coming is { } coming && complete.Contains(coming.Id));
        var next = isSwitch ? before with { Version = before.Version + 1 } : before;
        await WriteAsync(new CatalogWrite(before.Revision) { Conditions = ConditionsOf(before, next), Shown = complete, At = at }, cancellationToken);
        return next with
        {
            Revision = before.Revision + 1,
            Segments = next.Segments.ToImmutableDictionary(pair => pair.Key, pair => pair.Value switch
            {
                { Coming: { } coming } entry when complete.Contains(coming.Id) => entry with { Shown = coming with { IsWhole = true }, Coming = null },
                { Shown: var shown } entry when complete.Contains(shown.Id) => entry with { Shown = shown with { IsWhole = true } },
                var entry => entry,
            }),
        };
    }

    private static SegmentId NewSetId() => new(Guid.CreateVersion7());

    private static Catalog Read(StoredCatalog stored)
    {
        var numbers = stored.Conditions.IsEmpty
            ? ConditionNumbers.None
            : JsonSerializer.Deserialize(stored.Conditions.Span, SegmentDocumentJson.Default.ConditionsDocument)!.ToNumbers();
        var shown = stored.Sets.Where(set => set.IsShown).ToDictionary(set => set.Segment);
        var coming = stored.Sets.Where(set => !set.IsShown).ToDictionary(set => set.Segment);
        var entries = stored.Segments.Select(document =>
        {
            var (record, wasLive) = StoredDefinition.Read("segment", document.Id, () => SegmentDocument.Read(document.Id, document.Json));
            var set = shown.TryGetValue(record.Id, out var known) ? SetOf(known) : new CatalogSet(record.Id, record.Definition, stored.Version, wasLive);
            return new CatalogEntry(record, set, coming.TryGetValue(record.Id, out var next) ? SetOf(next) : null);
        });
        return new Catalog(stored.Version, entries.ToImmutableDictionary(entry => entry.Record.Id), numbers)
        {
            Revision = stored.Revision,
            Traits = stored.Traits
                .Select(document => StoredDefinition.Read("computed trait", document.Id, () => ComputedTraitDocument.Read(document.Id, document.Json)))
                .ToImmutableDictionary(record => record.Id),
        };
    }

    private static CatalogSet SetOf(MembershipSet set) =>
        StoredDefinition.Read("segment", set.Segment.ToString(), () => new CatalogSet(set.Id, FilterReader.ReadTrusted(set.Definition), set.SavedIn, set.IsWhole));

    private static IReadOnlyList<MembershipSet> SetsOf(Catalog catalog) =>
    [
        .. catalog.Segments.Values.Select(entry => SetOf(entry.Record.Id, entry.Shown, isShown: true)),
        .. catalog.Segments.Values.Where(entry => entry.Coming is not null).Select(entry => SetOf(entry.Record.Id, entry.Coming!, isShown: false)),
    ];

    private static MembershipSet SetOf(SegmentId segment, CatalogSet set, bool isShown) =>
        new(set.Id, segment, FilterWriter.Text(set.Definition), set.SavedIn) { IsShown = isShown, IsWhole = set.IsWhole };

    private static CatalogDocument Document(SegmentRecord record) => new(StoredCatalog.SegmentKind, record.Id.ToString(), SegmentDocument.Write(record));

    /// <summary>The next version, with numbers for the conditions of all that is shown or newest.</summary>
    private static Catalog Numbered(Catalog catalog)
    {
        var entries = catalog.Segments.Values;
        var definitions = entries.Select(entry => entry.Shown.Definition).Concat(entries.Select(entry => entry.Record.Definition));
        return catalog with { Version = catalog.Version + 1, Numbers = catalog.Numbers.For(definitions, catalog.Computed) };
    }

    // Null where people are judged as before.
    private static ReadOnlyMemory<byte>? ConditionsOf(Catalog before, Catalog catalog) => catalog.Version == before.Version ? (ReadOnlyMemory<byte>?)null :
        JsonSerializer.SerializeToUtf8Bytes(ConditionsDocument.Of(catalog.Numbers), SegmentDocumentJson.Default.ConditionsDocument);

    private Task<Catalog> WriteAsync(Catalog before, Catalog after, IReadOnlyList<CatalogDocument> changed, CancellationToken cancellationToken) =>
        WriteAsync(before, after, SetsOf(before), changed, cancellationToken);

    private async Task<Catalog> WriteAsync(
        Catalog before, Catalog after, IReadOnlyList<MembershipSet> stored, IReadOnlyList<CatalogDocument> changed, CancellationToken cancellationToken)
    {
        var wanted = SetsOf(after);
        var write = new CatalogWrite(before.Revision)
        {
            Conditions = ConditionsOf(before, after),
            Documents = changed,
            Sets = [.. wanted.Except(stored)],
            Retired = [.. stored.Select(set => set.Id).Except(wanted.Select(set => set.Id))],
        };
        await WriteAsync(write, cancellationToken);
        return after with { Revision = before.Revision + 1 };
    }

    private async Task WriteAsync(CatalogWrite write, CancellationToken cancellationToken)
    {
        if (!await tables.WriteAsync(write, cancellationToken)) throw new CatalogOvertakenException();
    }
}
