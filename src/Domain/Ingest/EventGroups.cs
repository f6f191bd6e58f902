using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;

namespace CdpPipeline.Domain.Ingest;

/// <summary>Splits a batch into connected components: events that share an identifier, directly or through others, stay together and in order.</summary>
public static class EventGroups
{
    /// <summary>The groups as lists of positions in the batch, each ascending.</summary>
    public static IReadOnlyList<List<int>> Split(IReadOnlyList<Event> events)
    {
        var parent = new int[events.Count];
        var seen = new Dictionary<Identifier, int>(events.Count);
        for (var i = 0; i < events.Count; i++)
        {
            parent[i] = i;
            var identifiers = events[i].Identifiers;
            for (var k = 0; k < identifiers.Count; k++) Connect(identifiers[k], i);
            if (events[i].PreviousId is { } previous)
            {
                Connect(new Identifier(IdentifierKind.UserId, previous), i);
                Connect(new Identifier(IdentifierKind.AnonymousId, previous), i);
            }
        }

        var groups = new List<List<int>>();
        var groupOf = new Dictionary<int, List<int>>();
        for (var i = 0; i < events.Count; i++)
        {
            var root = Root(parent, i);
            if (!groupOf.TryGetValue(root, out var group)) groups.Add(groupOf[root] = group = []);
            group.Add(i);
        }

        return groups;

        void Connect(Identifier identifier, int i)
        {
            if (!seen.TryAdd(identifier, i)) parent[Root(parent, i)] = Root(parent, seen[identifier]);
        }
    }

    private static int Root(int[] parent, int i)
    {
        while (parent[i] != i) i = parent[i] = parent[parent[i]];
        return i;
    }
}
