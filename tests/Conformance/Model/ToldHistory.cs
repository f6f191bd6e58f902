using System.Globalization;
using System.Text.Json;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Merging;
using CdpPipeline.Domain.Retention;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Interfaces.Segments;

namespace CdpPipeline.Grains.Tests.Model;

/// <summary>
/// A random history of a few people, their merges and undos, and of definitions that change while it goes on, replayed from what is told. Who is
/// merged brings along what she was in; who is freed was in what the whole was in.
/// </summary>
internal sealed class ToldHistory(Lane lane, Random random, CancellationToken cancellationToken)
{
    private const int Steps = 60;
    private const int People = 5;

    private readonly Dictionary<int, TransitionPlace> seen = [];
    private readonly HashSet<(IdentityId Identity, SegmentId Segment, DateTimeOffset Since)> entries = [];
    private readonly Dictionary<SegmentId, HashSet<IdentityId>> members = [];
    private readonly List<string> story = [];
    private List<SegmentId> segments = [];

    private House House => lane.House;

    public async Task RunAsync()
    {
        segments = [.. House.Watched.Keys.Order()];
        for (var step = 0; step < Steps; step++)
        {
            var told = await StepAsync();
            try
            {
                await CompareAsync(told);
            }
            catch (ModelMismatchException mismatch)
            {
                throw new ModelMismatchException($"{mismatch.Message}\n{string.Join('\n', story)}");
            }
        }

        await BackfillAsync();
        await CompareAsync(-1);
        foreach (var record in await House.Grains.Catalog.ListAsync(cancellationToken))
        {
            var rows = (await RowsAsync(record)).ToHashSet();
            foreach (var root in await RootsAsync())
            {
                await House.Grains.Identity(root).ReevaluateAsync(0, cancellationToken);
                var holds = (await House.Grains.Identity(root).MatchesAsync(record.Definition, cancellationToken)).Matches;
                if (!record.IsLive || holds != rows.Contains(root)) throw new ModelMismatchException($"{record.Name} holds={holds} for {root}, live={record.IsLive}.\n{string.Join('\n', story)}");
            }
        }
    }

    /// <summary>One step; the number of transitions it must tell, or -1 where that is open.</summary>
    private async Task<int> StepAsync()
    {
        switch (random.Next(21))
        {
            case < 9:
                await SendAsync();
                return -1;
            case < 12:
                return await JoinAsync();
            case < 14:
                await UndoAsync();
                return -1;
            case < 16:
                lane.Clock.Advance(TimeSpan.FromMinutes(random.Next(0, 60)));
                await House.WakeDueAsync(lane.Clock.Now, cancellationToken);
                return Tell("time passes");
            case < 18:
                return await DefineAsync();
            case 18:
                await BackfillAsync();
                return -1;
            case 19:
                var cutoff = new SourceCutoff("told", lane.Clock.Now.AddMinutes(-random.Next(90)));
                await House.Retention.SweepAsync([cutoff], afterKey: 0, cancellationToken);
                return Tell($"remove what came before {cutoff.Before:O}");
            default:
                await lane.RestartAsync(isCrash: true, cancellationToken);
                Tell("restart");
                return 0;
        }
    }

    private async Task SendAsync()
    {
        var e = new Event
        {
            Type = EventType.Track,
            Name = random.Next(2) == 0 ? "Order" : "Open",
            Identifiers = [Of(random.Next(People))],
            Timestamp = lane.Clock.Now,
            ReceivedAt = lane.Clock.Now,
            Source = "told",
            Properties = "{}"u8.ToArray(),
        };
        Tell($"{e.Identifiers[0]} {e.Name}");
        await House.Ingest.IngestAsync([e], cancellationToken);
    }

    private async Task<int> JoinAsync()
    {
        var (left, right) = (await RootAsync(random.Next(People)), await RootAsync(random.Next(People)));
        if (left is null || right is null || left == right) return 0;
        var answer = await House.Grains.ExplicitMerges.MergeAsync(left.Value, right.Value, new MergeCause(MergeReason.Request, [], null), cancellationToken);
        Tell($"join {answer.Loser} into {answer.Survivor}");
        if (answer.Refusal is not null) return 0;
        foreach (var each in members.Values.Where(each => each.Remove(answer.Loser))) each.Add(answer.Survivor);
        var differences = 0;
        foreach (var record in await House.Grains.Catalog.ListAsync(cancellationToken))
            differences += (await RowsAsync(record)).Contains(answer.Survivor) != MembersOf(record.Id).Contains(answer.Survivor) ? 1 : 0;
        return differences;
    }

    private async Task UndoAsync()
    {
        if (await RootAsync(random.Next(People)) is not { } root) return;
        var facts = (await House.Grains.Identity(root).DescribeAsync(cancellationToken)).Facts!;
        var parts = facts.Components.Where(part => part != root).ToList();
        if (parts.Count == 0) return;
        var freed = parts[random.Next(parts.Count)];
        var answer = await House.Grains.Identity(root).ReleaseAsync(freed, cancellationToken);
        if (answer.Verdict != MergeVerdict.Done) throw new ModelMismatchException($"{freed} was not freed: {answer}.");
        await House.Grains.Identity(freed).RefreshAsync(cancellationToken);
        foreach (var each in members.Values.Where(each => each.Contains(root))) each.Add(freed);
        Tell($"free {freed} from {root}");
    }

    private async Task<int> DefineAsync()
    {
        var at = random.Next(4);
        var filter = random.Next(6) switch
        {
            0 => """{"event":"Order","count":{"operator":"gte","value":2}}""",
            1 => """{"event":"Order","within":"1h"}""",
            2 => """{"event":"Open","count":{"operator":"lte","value":1}}""",
            3 => """{"and":[]}""",
            _ when at > 0 => $$$"""{"not":{"segment":"{{{segments[random.Next(at)]}}}"}}""",
            _ => """{"not":{"event":"Order","within":"30m"}}""",
        };
        using var json = JsonDocument.Parse(filter);
        await House.Grains.Catalog.SaveAsync(new SaveSegment(segments[at], House.Watched[segments[at]].Name, null, FilterReader.ReadTrusted(json.RootElement)), cancellationToken);
        Tell($"define {segments[at]} as {filter}");
        return 0;
    }

    private async Task BackfillAsync()
    {
        Tell("backfill");
        foreach (var root in await RootsAsync()) await House.Grains.Identity(root).ReevaluateAsync(0, cancellationToken);
        await House.Grains.Catalog.CompleteBackfillAsync(long.MaxValue, cancellationToken);
    }

    private async Task CompareAsync(int expected)
    {
        var told = 0;
        while (await House.Transitions.ReadAsync(seen.Values, 7, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var each in page)
            {
                told++;
                story.Add($"    told: {each}");
                seen[each.Place.Writer] = each.Place;
                if (each.IsEntry && !entries.Add((each.Identity, each.Segment, each.Since))) throw new ModelMismatchException($"{each} was told twice.");
                var root = (await House.Resolver.DescribeAsync(each.Identity, cancellationToken))!.Id;
                if (!(each.IsEntry ? MembersOf(each.Segment).Add(root) : MembersOf(each.Segment).Remove(root))) throw new ModelMismatchException($"{each} changes nothing.");
            }
        }

        if (expected >= 0 && told != expected) throw new ModelMismatchException($"{told} transitions were told instead of {expected}.");
        foreach (var record in await House.Grains.Catalog.ListAsync(cancellationToken))
        {
            var rows = (await RowsAsync(record)).Order().ToList();
            var replayed = MembersOf(record.Id).Order().ToList();
            if (!rows.SequenceEqual(replayed)) throw new ModelMismatchException($"{record.Id} ({record.ShownSet}) has {string.Join(' ', rows)}, replayed are {string.Join(' ', replayed)}.");
        }
    }

    private int Tell(string what)
    {
        story.Add(what);
        return -1;
    }

    private HashSet<IdentityId> MembersOf(SegmentId segment) => members.TryGetValue(segment, out var known) ? known : members[segment] = [];

    private async Task<IEnumerable<IdentityId>> RowsAsync(SegmentRecord record) =>
        (await House.Memberships.ListAsync(record.ShownSet, 0, 100, cancellationToken)).Select(member => member.Id);

    private async Task<IReadOnlyList<IdentityId>> RootsAsync() =>
        [.. (await House.Index.ListAsync(search: null, beforeKey: null, 100, cancellationToken)).Select(identity => identity.Id)];

    private async Task<IdentityId?> RootAsync(int person) => (await House.Resolver.DescribeAsync(Of(person), cancellationToken))?.Id;

    private static Identifier Of(int person) => new(IdentifierKind.AnonymousId, string.Create(CultureInfo.InvariantCulture, $"p{person}"));
}
