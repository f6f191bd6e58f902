using CdpPipeline.Faults.Tests.Processes;

namespace CdpPipeline.Faults.Tests.Checks;

/// <summary>Compares what the store's tables hold with what the clients know.</summary>
internal static class StoreCheck
{
    /// <summary>How late a flip of a window may be noticed.</summary>
    private static readonly TimeSpan FlipMax = TimeSpan.FromSeconds(2);

    /// <summary>Every known call stored once, with the right person; one owner per identifier; nothing half merged, nothing overdue.</summary>
    public static async Task PeopleAsync(FaultStore store, IReadOnlyList<ExpectedPerson> people, TimeProvider clock)
    {
        var state = await StoredState.ReadAsync(store);
        Assert.Equal(0, state.PendingMerges);

        var doubled = state.Events.GroupBy(stored => stored.MessageId).Where(group => group.Count() > 1).Select(group => group.Key).ToList();
        Assert.True(doubled.Count == 0, $"{doubled.Count} calls are stored more than once: {Some(doubled)}");
        var events = state.Events.ToDictionary(stored => stored.MessageId, stored => stored.Component);
        var lost = people.SelectMany(person => person.Calls).Where(call => !events.ContainsKey(call.MessageId)).Select(call => call.MessageId).ToList();
        Assert.True(lost.Count == 0, $"{lost.Count} acknowledged calls are lost: {Some(lost)}");
        Assert.Equal(people.Sum(person => person.Calls.Count), events.Count);

        var shared = state.Owners.GroupBy(owned => owned.Identifier).Where(group => group.Count() > 1).Select(group => group.Key).ToList();
        Assert.True(shared.Count == 0, $"{shared.Count} identifiers have more than one owner: {Some(shared)}");
        var owners = state.Owners.ToDictionary(owned => owned.Identifier, owned => owned.Component);
        var spokenFor = new HashSet<Guid>();
        foreach (var person in people)
        {
            var roots = person.Calls.Select(call => state.RootOf(events[call.MessageId]))
                .Concat(person.Identifiers.Select(identifier => state.RootOf(owners[identifier]))).Distinct().ToList();
            Assert.True(roots.Count == 1, $"One person is {roots.Count} identities: {Some(person.Identifiers)}");
            Assert.True(spokenFor.Add(roots[0]), $"Two people are one identity: {roots[0]}, {Some(person.Identifiers)}");
        }

        // An identity without any event could only come from a half done append.
        Assert.Equal(spokenFor.Order(), state.Living.Order());
        var unknown = owners.Keys.Except(people.SelectMany(person => person.Identifiers)).ToList();
        Assert.True(unknown.Count == 0, $"{unknown.Count} identifiers are stored that nobody sent: {Some(unknown)}");

        var overdue = (clock.GetUtcNow() - FlipMax - TimeSpan.FromSeconds(1)).UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;
        Assert.DoesNotContain(state.Due, due => state.IsMerged(due.Key));
        Assert.DoesNotContain(state.Due, due => due.Value * 10 < overdue);
    }

    /// <summary>The rows of every segment are exactly the people for whom it holds; none is a merged identity's.</summary>
    public static async Task MembershipsAsync(
        FaultStore store, IReadOnlyList<ExpectedPerson> people, IReadOnlyList<(Guid Id, ExpectedSegment Segment)> segments, TimeProvider clock)
    {
        var before = clock.GetUtcNow();
        var state = await StoredState.ReadAsync(store);
        var after = clock.GetUtcNow();
        var owners = state.Owners.ToDictionary(owned => owned.Identifier, owned => owned.Component);
        var known = segments.Select(segment => segment.Id).ToHashSet();
        Assert.All(state.Members, rows => Assert.Contains(rows.Key, known));
        foreach (var (id, segment) in segments)
        {
            Assert.All(state.Members[id], key => Assert.False(state.IsMerged(key), $"Merged identity {key} is in {segment.Name}."));
            var members = state.Members[id].Select(state.RootOf).ToHashSet();
            foreach (var person in people)
            {
                // What flipped within the last seconds may not have been noticed yet.
                var (early, late) = (segment.Holds(person, before - FlipMax), segment.Holds(person, after));
                var root = state.RootOf(owners[person.Identifiers.First()]);
                if (early == late) Assert.True(members.Contains(root) == late, $"{segment.Name}: {root} ({Some(person.Identifiers)}) is {(late ? "not a member, but should be" : "a member, but should not be")}.");
                members.Remove(root);
            }

            Assert.Empty(members);
        }
    }

    private static string Some(IEnumerable<string> all) => string.Join(", ", all.Take(8));
}
