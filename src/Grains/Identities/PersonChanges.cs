using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Grains.Identities;

/// <summary>Says what some new entries may have changed about a person, so that only the segments concerned are looked at.</summary>
internal static class PersonChanges
{
    public static PersonChange Of(IReadOnlyList<LogEntry> entries)
    {
        if (entries is [EventEntry { Claimed.Count: 0, IsLate: false, Event: { Type: <= EventType.Screen, Name: var single, Context: var context } }] && !ConsentReader.MaySpeak(context)) return PersonChange.Event(single);
        var fields = PersonFields.None;
        List<string>? names = null, traits = null;
        foreach (var entry in entries)
        {
            if (entry is not EventEntry { Event: var e } stored) continue;
            fields |= PersonFields.OfAnyEvent;
            // A late event may move an identifier's first seen, and so which email is the newest.
            if (stored.IsLate || stored.Claimed.Count > 0) fields |= PersonFields.Identifiers;
            if (e.Name is { } name) (names ??= []).Add(name);
            if (e.Type == EventType.Group) fields |= PersonFields.Groups;
            if (ConsentReader.MaySpeak(e.Context)) fields |= PersonFields.Consents;
            if (e.Type == EventType.Identify) (traits ??= []).AddRange(TraitReader.Read(e.Properties).Select(trait => trait.Key));
        }

        return new PersonChange { Fields = fields, EventNames = names, TraitKeys = traits };
    }
}
