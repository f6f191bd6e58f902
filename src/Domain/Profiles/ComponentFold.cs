using System.Collections.Immutable;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Merging;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Domain.Profiles;

/// <summary>
/// Applies log entries to a component. Pure. The result does not depend on the order of events with different
/// timestamps; entries themselves must come in order of seq.
/// </summary>
public sealed class ComponentFold(ProfileRules rules)
{
    /// <summary>The component after one more entry; its windows take in the conditions of the catalog that they know.</summary>
    public Component Apply(Component component, LogEntry entry, SegmentCatalog catalog) => entry switch
    {
        EventEntry stored => Apply(component, stored, catalog),
        ChangeEntry changed => Apply(component with { Seq = changed.Seq }, changed),
        _ => throw new InvalidOperationException($"Unknown entry {entry.GetType()}."),
    };

    private Component Apply(Component component, EventEntry entry, SegmentCatalog catalog)
    {
        var e = entry.Event;
        long at = e.Timestamp.ToMicros(), receivedAt = e.ReceivedAt.ToMicros();
        return component with
        {
            Seq = entry.Seq,
            ReceivedAt = Math.Max(component.ReceivedAt, receivedAt),
            Identifiers = Link(component.Identifiers, entry),
            Traits = e.Type == EventType.Identify ? component.Traits.Merge(e.Properties, at, receivedAt) : component.Traits,
            Groups = e.Type == EventType.Group && GroupMap.Read(e.Properties) is var (groupId, traits)
                ? component.Groups.Merge(groupId, traits, at, receivedAt)
                : component.Groups,
            Consents = component.Consents.Merge(e.Context, at, receivedAt),
            EventCount = component.EventCount + 1,
            PageViews = component.PageViews + (e.Type == EventType.Page ? 1 : 0),
            Conversions = component.Conversions + (e.Name is { } name && rules.ConversionNames.Contains(name) ? 1 : 0),
            FirstSeen = Math.Min(component.FirstSeen, at),
            LastSeen = Math.Max(component.LastSeen, at),
            Messages = e.MessageId is { } messageId ? component.Messages.Add(MessageHash.Of(messageId), entry.Seq) : component.Messages,
            Windows = catalog.Observe(component.Windows, entry),
        };
    }

    private static ImmutableArray<LinkedIdentifier> Link(ImmutableArray<LinkedIdentifier> linked, EventEntry entry)
    {
        foreach (var claimed in entry.Claimed) linked = linked.Add(new LinkedIdentifier(claimed, entry.At, entry.Seq));
        for (var i = 0; i < linked.Length; i++)
        {
            if (linked[i].FirstSeen > entry.At && Carries(entry.Event, linked[i].Identifier))
                linked = linked.SetItem(i, linked[i] with { FirstSeen = entry.At });
        }

        return linked;
    }

    private static bool Carries(Event e, Identifier identifier)
    {
        foreach (var carried in e.Identifiers)
        {
            if (carried == identifier) return true;
        }

        return false;
    }

    private static Component Apply(Component component, ChangeEntry entry) => entry.Change switch
    {
        MergedInto change => component with { MergedInto = change.Survivor, MergedBecause = change.Cause, KeptApart = component.KeptApart.Remove(change.Survivor) },
        Unmerged change => component with { MergedInto = null, MergedBecause = null, KeptApart = [.. component.KeptApart.Union(change.KeptApart)] },
        Absorbed change => component with
        {
            Merges = component.Merges.Add(new MergeRecord(change.ComponentId, component.Id, change.ComponentKey, entry.At, change.Cause, UndoneAt: null)),
            KeptApart = component.KeptApart.Remove(change.ComponentId),
        },
        Released change => component with
        {
            Merges = [.. component.Merges.Select(merge => merge.Merged == change.ComponentId && merge.UndoneAt is null ? merge with { UndoneAt = entry.At } : merge)],
            KeptApart = [.. component.KeptApart.Append(change.ComponentId).Distinct()],
        },
        ConflictRecorded change => component with
        {
            Conflicts = component.Conflicts.Add(new ConflictRecord(change.Identifier, change.Owner, entry.At, change.MessageId)),
        },
        Expired change => component with
        {
            Identifiers = [.. component.Identifiers, .. (change.Claimed ?? []).Select(claimed => new LinkedIdentifier(claimed, entry.At, entry.Seq))],
            Messages = change.Message is { } message ? component.Messages.Add(message, entry.Seq) : component.Messages,
        },
        Judged => component with { JudgedAt = Math.Max(component.JudgedAt, entry.At.ToMicros()) },
        _ => throw new InvalidOperationException($"Unknown change {entry.Change.GetType()}."),
    };
}
