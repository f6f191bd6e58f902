using System.Collections.Immutable;

namespace CdpPipeline.Domain.Profiles;

/// <summary>Traits by name, each with its newest word. Immutable; combining is commutative and associative.</summary>
public sealed class TraitMap
{
    public static readonly TraitMap Empty = new(ImmutableDictionary.Create<string, Trait>(StringComparer.Ordinal));

    private readonly ImmutableDictionary<string, Trait> traits;

    private TraitMap(ImmutableDictionary<string, Trait> traits) => this.traits = traits;

    /// <summary>Names held, removed ones included: those count against the limit too.</summary>
    public int Count => traits.Count;

    public IEnumerable<KeyValuePair<string, Trait>> All => traits;

    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Present =>
        traits.Where(pair => pair.Value.IsPresent).OrderBy(pair => pair.Key, StringComparer.Ordinal).ToDictionary(pair => pair.Key, pair => pair.Value.Json, StringComparer.Ordinal);

    public Trait? Find(string name) => traits.GetValueOrDefault(name) is { IsPresent: true } trait ? trait : null;

    public bool Contains(string name) => traits.ContainsKey(name);

    /// <summary>What an event at this time says of these traits.</summary>
    public TraitMap Merge(ReadOnlyMemory<byte> json, long at, long receivedAt) =>
        With(TraitReader.Read(json).Select(pair => new KeyValuePair<string, Trait>(pair.Key, new Trait(pair.Value, at, receivedAt))));

    public TraitMap Combine(TraitMap other) => other.Count == 0 ? this : Count == 0 ? other : With(other.traits);

    public static TraitMap From(IEnumerable<KeyValuePair<string, Trait>> traits) => Empty.With(traits);

    private TraitMap With(IEnumerable<KeyValuePair<string, Trait>> newer)
    {
        var builder = traits.ToBuilder();
        foreach (var (name, trait) in newer)
        {
            if (!builder.TryGetValue(name, out var held) || held.Yields(trait)) builder[name] = trait;
        }

        return new TraitMap(builder.ToImmutable());
    }
}
