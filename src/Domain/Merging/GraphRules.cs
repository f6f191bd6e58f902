using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Profiles;

namespace CdpPipeline.Domain.Merging;

/// <summary>Decides what the two steps of a merge, and an undo, write to the logs. Pure.</summary>
public static class GraphRules
{
    /// <summary>Step 1, in the loser's turn: null when the rule, with the loser's own facts, no longer makes it the loser.</summary>
    public static LogEntry? MergeInto(Person loser, IdentityFacts survivor, MergeCause cause, DateTimeOffset now)
    {
        var decision = MergeRules.Decide(loser.Facts, survivor, cause.IsExplicit, preferred: survivor.Id);
        return decision.Refusal is null && decision.Loser == loser.Own.Id
            ? new ChangeEntry(loser.Own.Key, loser.Own.Seq + 1, now, new MergedInto(survivor.Id, cause))
            : null;
    }

    /// <summary>Step 2, in the survivor's turn: the entry for the log of whichever component the loser points at; null when it points elsewhere.</summary>
    public static LogEntry? Absorb(Person survivor, Component loser, DateTimeOffset now) =>
        loser is { MergedInto: { } into, MergedBecause: { } cause } && survivor.Find(into) is { } parent
            ? new ChangeEntry(parent.Key, parent.Seq + 1, now, new Absorbed(loser.Key, loser.Id, cause))
            : null;

    /// <summary>An undo, in the turn of whoever speaks for the component: one entry for who absorbed it, one for itself; none when it is not absorbed here.</summary>
    public static IReadOnlyList<LogEntry> Release(Person person, IdentityId componentId, DateTimeOffset now)
    {
        var component = person.Find(componentId);
        var parent = person.Components.FirstOrDefault(candidate => candidate.Merges.Any(merge => merge.Merged == componentId && merge.UndoneAt is null));
        if (component is null || parent is null) return [];
        return
        [
            new ChangeEntry(parent.Key, parent.Seq + 1, now, new Released(component.Key, componentId)),
            new ChangeEntry(component.Key, component.Seq + 1, now, new Unmerged([parent.Id])),
        ];
    }
}
