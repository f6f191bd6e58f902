using System.Text.Json.Serialization;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Merging;

namespace CdpPipeline.Domain.Log;

/// <summary>
/// What can happen to a component besides an event. Stored as JSON; the discriminators are part of the stored
/// format and never change.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "change")]
[JsonDerivedType(typeof(MergedInto), "mergedInto")]
[JsonDerivedType(typeof(Unmerged), "unmerged")]
[JsonDerivedType(typeof(Absorbed), "absorbed")]
[JsonDerivedType(typeof(Released), "released")]
[JsonDerivedType(typeof(ConflictRecorded), "conflict")]
[JsonDerivedType(typeof(Judged), "judged")]
[JsonDerivedType(typeof(Expired), "expired")]
public abstract record Change
{
    private protected Change()
    {
    }
}

/// <summary>In the loser's log: from now on it is a component of the survivor and takes no events of its own accord.</summary>
public sealed record MergedInto(IdentityId Survivor, MergeCause Cause) : Change;

/// <summary>In the loser's log: the merge was undone; it is an identity of its own again, kept apart from these.</summary>
public sealed record Unmerged(IReadOnlyList<IdentityId> KeptApart) : Change;

/// <summary>In the survivor's log: it now speaks for this component (and for those that the component itself had absorbed).</summary>
public sealed record Absorbed(long ComponentKey, IdentityId ComponentId, MergeCause Cause) : Change;

/// <summary>In the log of whoever absorbed it: the component was let go.</summary>
public sealed record Released(long ComponentKey, IdentityId ComponentId) : Change;

/// <summary>An event carried this identifier, but another identity owns it and the rules keep the two apart.</summary>
public sealed record ConflictRecorded(Identifier Identifier, IdentityId Owner, string? MessageId) : Change;

/// <summary>
/// In a person's own log: something was written for her that has no other place there (memberships that time or a definition changed, an event in the
/// log of a component), or she entered a segment, at the latest at this instant. So each turn of hers takes the next place of one log, and of two
/// activations of her only one can.
/// </summary>
public sealed record Judged : Change;

/// <summary>
/// In the place of an event that was removed because of its age: what has to go on being known. That is the fingerprint of its messageId
/// (<paramref name="Message"/>, null where it had none), so that a retry is still a duplicate, and the identifiers that came to the component by it
/// (null for none), which stay the component's since the entry's instant; without any, the instant is that of the removal.
/// </summary>
public sealed record Expired(long? Message, IReadOnlyList<Identifier>? Claimed) : Change;
