using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;

namespace CdpPipeline.Grains.Tests.Model;

/// <summary>Whom events name, and which of them name somebody in common.</summary>
internal static class NamedTogether
{
    public static IEnumerable<Identifier> Names(Event e) => e.PreviousId is { } previous
        ? [.. e.Identifiers, new Identifier(IdentifierKind.UserId, previous), new Identifier(IdentifierKind.AnonymousId, previous)]
        : e.Identifiers;

    /// <summary>The places of events that share a name, directly or through others, in their order.</summary>
    public static List<List<int>> Groups(IReadOnlyList<Event> events)
    {
        var groups = new List<(HashSet<Identifier> Names, List<int> Places)>();
        for (var i = 0; i < events.Count; i++)
        {
            (HashSet<Identifier> Names, List<int> Places) grown = ([.. Names(events[i])], [i]);
            foreach (var met in groups.FindAll(group => group.Names.Overlaps(grown.Names)))
            {
                groups.Remove(met);
                grown.Names.UnionWith(met.Names);
                grown.Places.AddRange(met.Places);
            }

            groups.Add(grown);
        }

        return [.. groups.Select(group => group.Places.Order().ToList())];
    }
}
