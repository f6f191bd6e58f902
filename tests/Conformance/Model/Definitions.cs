using System.Text.Json;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Domain.Tests.Segments;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Testing;

namespace CdpPipeline.Grains.Tests.Model;

/// <summary>
/// The definitions of one history, as they were saved and as they are shown: until everybody was judged by the new ones, the members are those of the
/// old. What each means is said by an evaluator that has nothing in common with the one under test.
/// </summary>
internal sealed class Definitions(Lane lane)
{
    private readonly SortedDictionary<int, (SegmentId Id, JsonElement Filter)> saved = [];
    private readonly Dictionary<SegmentId, NaiveEvaluator.Truth> shown = [];

    public async Task SaveAsync(Define define, CancellationToken cancellationToken)
    {
        var filter = define.Filter;
        foreach (var (number, (id, _)) in saved) filter = filter.Replace(Define.Reference(number), id.ToString(), StringComparison.Ordinal);
        var json = SimulatedPerson.Json(filter);
        SegmentId? known = saved.TryGetValue(define.Number, out var before) ? before.Id : null;
        if ((await lane.House.SaveAsync(new SaveSegment(known, $"{define.Number}", null, FilterReader.ReadTrusted(json)), cancellationToken)).Saved is not { } record) return;
        saved[define.Number] = (record.Id, json);

        // There it is not to be foretold when the backfill looks at whom.
        if (House.Processes > 1) await FillAsync(cancellationToken);
    }

    public async Task FillAsync(CancellationToken cancellationToken)
    {
        await lane.House.FillAsync(cancellationToken);
        shown.Clear();
        foreach (var (id, filter) in saved.Values)
            shown.Add(id, NaiveEvaluator.Of(filter, other => SegmentId.TryParse(other, out var named) ? shown.GetValueOrDefault(named) : null));
    }

    /// <summary>The members of each definition beside those whom the model's events make members.</summary>
    public async Task CompareAsync(ReferenceModel model, long afterKey, CancellationToken cancellationToken)
    {
        var now = lane.Clock.Now;
        var people = model.Roots.Select(root => (root.Id, Person: Simulated(root, model.Person(root)))).ToList();
        foreach (var record in await lane.House.Grains.Catalog.ListAsync(cancellationToken))
        {
            if (!shown.TryGetValue(record.Id, out var truth)) continue;
            var expected = people.Where(each => truth(each.Person, now.ToMicros())).Select(each => each.Id).Order().ToList();
            var rows = await RowsAsync(record.ShownSet, afterKey, cancellationToken);
            if (!expected.SequenceEqual(rows))
            {
                throw new ModelMismatchException(
                    $"Definition {record.Name}{(record.IsLive ? "" : ", which is being changed,")} at {now:O}:\n  members {string.Join(' ', rows)}\n  not     {string.Join(' ', expected)}");
            }
        }
    }

    /// <summary>Looks whether each live count is the number of rows, and each row somebody's who is there, and lets go of the definitions.</summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        foreach (var record in await lane.House.Grains.Catalog.ListAsync(cancellationToken))
        {
            await Eventually.HoldsAsync(
                async () => await lane.House.Grains.Segment(record.ShownSet).AuditAsync(cancellationToken) is var audit && audit.Counter == audit.Rows,
                $"the live count of {record.Name} is that of its rows",
                cancellationToken);

            // Rows that an erasure left behind would be counted and never listed.
            var (rows, listed) = ((await lane.House.Grains.Segment(record.ShownSet).AuditAsync(cancellationToken)).Rows, await RowsAsync(record.ShownSet, afterKey: 0, cancellationToken));
            if (rows != listed.Count) throw new ModelMismatchException($"{record.Name} has {rows} rows, and {listed.Count} people are its members.");
        }

        foreach (var (id, _) in saved.Values.Reverse())
        {
            var answer = await lane.House.Grains.Catalog.DeleteAsync(id, cancellationToken);
            if (!answer.IsDeleted) throw new ModelMismatchException($"{id} is not deleted: {answer}.");
        }
    }

    private async Task<IReadOnlyList<IdentityId>> RowsAsync(SegmentId set, long afterKey, CancellationToken cancellationToken)
    {
        var rows = new List<StoredMember>();
        for (var after = afterKey; await lane.House.Memberships.ListAsync(set, after, 100, cancellationToken) is { Count: > 0 } page; after = page[^1].Key) rows.AddRange(page);
        return [.. rows.Select(row => row.Id).Order()];
    }

    /// <summary>A person of the model, as the naive evaluator looks at one.</summary>
    private static SimulatedPerson Simulated(Piece root, ReferencePerson person)
    {
        var simulated = new SimulatedPerson
        {
            CreatedAt = root.CreatedAt,
            UserId = root.UserId ?? person.Newest(IdentifierKind.UserId),
            Email = person.Newest(IdentifierKind.Email),
            Phone = person.Newest(IdentifierKind.Phone),
            Components = { new SimulatedComponent(knownThrough: 0) },
        };
        simulated.Components[0].Entries.AddRange(person.Events.Select(stored => new Domain.Log.EventEntry(stored.Id.Component, stored.Id.Seq, stored.Event)));
        simulated.AnonymousIds.AddRange(person.Identifiers.Select(linked => linked.Identifier).Where(identifier => identifier.Kind == IdentifierKind.AnonymousId).Select(identifier => identifier.Value));
        foreach (var (name, value) in person.Traits) simulated.Traits.Add(name, SimulatedPerson.Json(value));
        foreach (var group in person.Groups.Values) simulated.Groups.Add(group.ToDictionary(trait => trait.Key, trait => SimulatedPerson.Json(trait.Value)));
        foreach (var (category, said) in person.Consents) simulated.Consents.Add(category, said.Granted);
        return simulated;
    }
}
