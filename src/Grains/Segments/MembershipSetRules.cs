using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Grains.Segments;

/// <summary>Decides which segments need a set of members besides the one that is shown, and which of those may be shown together. Pure.</summary>
public static class MembershipSetRules
{
    /// <summary>
    /// The catalog with a coming set for each segment whose newest definition is not the shown one, or which refers to such a segment, and for no
    /// other. Where one of them is not what it should be, people must be judged for it, and for those that refer to it, since the catalog's version.
    /// </summary>
    public static Catalog Settle(Catalog catalog, Func<SegmentId> newId)
    {
        var definitions = catalog.Definitions;
        var changing = Spread(catalog.Segments.Values.Where(entry => !entry.Shown.Definition.Equals(entry.Record.Definition)).Select(entry => entry.Record.Id), definitions);
        var concerned = Spread(catalog.Segments.Values.Where(entry => !IsSettled(entry, changing)).Select(entry => entry.Record.Id), definitions);
        var segments = catalog.Segments;
        foreach (var entry in catalog.Segments.Values)
        {
            var segment = entry.Record.Id;
            var coming = !changing.Contains(segment) ? null
                : !concerned.Contains(segment) ? entry.Coming
                : new CatalogSet(entry.Coming?.Id ?? newId(), entry.Record.Definition, catalog.Version, IsWhole: false);
            if (coming != entry.Coming) segments = segments.SetItem(segment, entry with { Coming = coming });
        }

        return catalog with { Segments = segments };
    }

    /// <summary>
    /// The sets that are whole once everybody has been judged by a version of the catalog. Segments that refer to each other, by their shown or
    /// their newest definitions, change together or not yet.
    /// </summary>
    public static IReadOnlyList<SegmentId> Complete(Catalog catalog, long version)
    {
        var entries = catalog.Segments.Values;
        var coming = entries.Where(entry => entry.Coming is not null).ToDictionary(entry => entry.Record.Id);
        var waiting = coming.Values.Where(entry => entry.Coming!.SavedIn > version).Select(entry => entry.Record.Id).ToHashSet();
        var links = coming.Values
            .SelectMany(entry => SegmentReferences.Of(entry.Record.Definition).Concat(SegmentReferences.Of(entry.Shown.Definition)), (entry, other) => (From: entry.Record.Id, To: other))
            .Where(link => coming.ContainsKey(link.To))
            .ToList();
        for (var known = -1; known != waiting.Count;)
        {
            known = waiting.Count;
            foreach (var (from, to) in links)
            {
                if (waiting.Contains(from) || waiting.Contains(to)) waiting.UnionWith([from, to]);
            }
        }

        return
        [
            .. entries.Where(entry => !entry.Shown.IsWhole && entry.Shown.SavedIn <= version && !(entry.Coming is not null && !waiting.Contains(entry.Record.Id))).Select(entry => entry.Shown.Id),
            .. coming.Values.Where(entry => !waiting.Contains(entry.Record.Id)).Select(entry => entry.Coming!.Id),
        ];
    }

    private static bool IsSettled(CatalogEntry entry, HashSet<SegmentId> changing) =>
        changing.Contains(entry.Record.Id) ? entry.Coming is { } coming && coming.Definition.Equals(entry.Record.Definition) : entry.Coming is null;

    /// <summary>The segments and those that refer to them, themselves or through others.</summary>
    private static HashSet<SegmentId> Spread(IEnumerable<SegmentId> from, Dictionary<SegmentId, SegmentNode> definitions)
    {
        var reached = from.ToHashSet();
        for (var known = -1; known != reached.Count;)
        {
            known = reached.Count;
            foreach (var (segment, definition) in definitions)
            {
                if (SegmentReferences.Of(definition).Any(reached.Contains)) reached.Add(segment);
            }
        }

        return reached;
    }
}
