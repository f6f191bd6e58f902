using System.Globalization;
using CdpPipeline.Faults.Tests.Processes;

namespace CdpPipeline.Faults.Tests.Checks;

/// <summary>The tables as they are, read past the program.</summary>
internal sealed class StoredState
{
    private static readonly string[] Kinds = ["?", "userId", "email", "phone", "anonymousId"];

    private readonly Dictionary<long, (Guid Id, Guid? MergedInto, bool IsPending)> identities;
    private readonly Dictionary<Guid, long> keys;

    private StoredState(IEnumerable<object?[]> identityRows)
    {
        identities = identityRows.ToDictionary(row => Long(row[0]), row => (Id(row[1]), row[2] is null ? (Guid?)null : Id(row[2]), Long(row[3]) != 0));
        keys = identities.ToDictionary(pair => pair.Value.Id, pair => pair.Key);
    }

    /// <summary>Stored events: messageId and the component that holds it.</summary>
    public required IReadOnlyList<(string MessageId, long Component)> Events { get; init; }

    /// <summary>Owners by <c>kind:value</c>.</summary>
    public required IReadOnlyList<(string Identifier, long Component)> Owners { get; init; }

    /// <summary>Members by segment.</summary>
    public required ILookup<Guid, long> Members { get; init; }

    /// <summary>When identities are due, in microseconds.</summary>
    public required IReadOnlyDictionary<long, long> Due { get; init; }

    public int PendingMerges => identities.Values.Count(identity => identity.IsPending);

    /// <summary>Identities that speak for themselves.</summary>
    public IEnumerable<Guid> Living => identities.Values.Where(identity => identity.MergedInto is null).Select(identity => identity.Id);

    public static async Task<StoredState> ReadAsync(FaultStore store) =>
        new(await store.QueryAsync("select key, id, merged_into, case when merge_pending = " + (store.ConnectionString is null ? "1" : "true") + " then 1 else 0 end from identity"))
        {
            Events = [.. (await store.QueryAsync("select message_id, identity from event where message_id is not null")).Select(row => ((string)row[0]!, Long(row[1])))],
            Owners = [.. (await store.QueryAsync("select kind, value, owner from identifier")).Select(row => ($"{Kinds[Long(row[0])]}:{row[1]}", Long(row[2])))],
            Members = (await store.QueryAsync("select segment, identity from membership")).ToLookup(row => Id(row[0]), row => Long(row[1])),
            Due = (await store.QueryAsync("select identity, at from due")).ToDictionary(row => Long(row[0]), row => Long(row[1])),
        };

    public bool IsMerged(long key) => identities[key].MergedInto is not null;

    /// <summary>Who speaks for a component: the end of its merge pointers, which must lead somewhere.</summary>
    public Guid RootOf(long component)
    {
        Assert.True(identities.ContainsKey(component), $"Component {component} has no identity.");
        var at = component;
        for (var hop = 0; identities[at].MergedInto is { } next; hop++)
        {
            Assert.True(hop < identities.Count, $"The merge pointers from {component} form a ring.");
            at = keys[next];
        }

        return identities[at].Id;
    }

    private static long Long(object? value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);

    // SQLite keeps ids as 16 bytes in the order in which they are written.
    private static Guid Id(object? value) => value is Guid id ? id : new Guid((byte[])value!, bigEndian: true);
}
