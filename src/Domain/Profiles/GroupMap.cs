using System.Collections.Immutable;
using System.Text.Json;

namespace CdpPipeline.Domain.Profiles;

/// <summary>The groups a person belongs to, with what her group calls said of each. Immutable; combining is commutative and associative.</summary>
public sealed class GroupMap
{
    public static readonly GroupMap Empty = new(ImmutableSortedDictionary.Create<string, TraitMap>(StringComparer.Ordinal));

    private readonly ImmutableSortedDictionary<string, TraitMap> groups;

    private GroupMap(ImmutableSortedDictionary<string, TraitMap> groups) => this.groups = groups;

    public int Count => groups.Count;

    public IEnumerable<KeyValuePair<string, TraitMap>> All => groups;

    public bool Contains(string groupId) => groups.ContainsKey(groupId);

    public GroupMap Merge(string groupId, ReadOnlyMemory<byte> traits, long at, long receivedAt) =>
        new(groups.SetItem(groupId, (groups.GetValueOrDefault(groupId) ?? TraitMap.Empty).Merge(traits, at, receivedAt)));

    public GroupMap Combine(GroupMap other) => other.groups.Aggregate(this, (map, pair) => map.With(pair.Key, pair.Value));

    public GroupMap With(string groupId, TraitMap traits) =>
        new(groups.SetItem(groupId, groups.TryGetValue(groupId, out var held) ? held.Combine(traits) : traits));

    /// <summary>The group's id and traits in a stored group call's properties; null when it has none.</summary>
    public static (string GroupId, ReadOnlyMemory<byte> Traits)? Read(ReadOnlyMemory<byte> properties)
    {
        string? groupId = null;
        ReadOnlyMemory<byte> traits = default;
        foreach (var (name, json) in TraitReader.Read(properties))
        {
            if (name == "groupId" && !json.IsEmpty) groupId = JsonSerializer.Deserialize<JsonElement>(json.Span).GetString();
            else if (name == "traits") traits = json;
        }

        return groupId is null ? null : (groupId, traits);
    }
}
