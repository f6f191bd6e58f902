using CdpPipeline.Faults.Tests.Load;

namespace CdpPipeline.Faults.Tests.Checks;

/// <summary>One person as the calls make her, whatever order they arrived in.</summary>
internal sealed record ExpectedPerson(IReadOnlySet<string> Identifiers, IReadOnlyList<Call> Calls)
{
    /// <summary>The trait of the newest call that gives it.</summary>
    public string? Plan => Calls.Where(call => call.Plan is not null).MaxBy(call => call.Timestamp)?.Plan;

    public int PageViews => Calls.Count(call => call.Type == "page");

    public bool HasUserId => Identifiers.Any(identifier => identifier.StartsWith("userId:", StringComparison.Ordinal));

    public IEnumerable<Call> Tracks(string name) => Calls.Where(call => call.EventName == name);

    /// <summary>Groups calls by the identifiers that they share, directly or through others.</summary>
    public static IReadOnlyList<ExpectedPerson> Of(IEnumerable<Call> calls)
    {
        var all = calls.ToList();
        var parent = new Dictionary<string, string>();
        foreach (var call in all)
        {
            var first = call.Identifiers.First();
            foreach (var identifier in call.Identifiers) parent[Root(identifier)] = Root(first);
        }

        return
        [
            .. all.GroupBy(call => Root(call.Identifiers.First())).Select(group => new ExpectedPerson(
                group.SelectMany(call => call.Identifiers).ToHashSet(),
                group.ToList())),
        ];

        string Root(string identifier)
        {
            while (parent.TryGetValue(identifier, out var next) && next != identifier) identifier = next;
            return parent[identifier] = identifier;
        }
    }
}
