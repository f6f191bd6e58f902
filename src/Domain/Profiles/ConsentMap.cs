using System.Collections.Immutable;

namespace CdpPipeline.Domain.Profiles;

/// <summary>The newest word on each category of consent. Immutable; combining is commutative and associative, ties by arrival and then for the later caller.</summary>
public sealed class ConsentMap
{
    public static readonly ConsentMap Empty = new(ImmutableSortedDictionary.Create<string, Consent>(StringComparer.Ordinal));

    private readonly ImmutableSortedDictionary<string, Consent> categories;

    private ConsentMap(ImmutableSortedDictionary<string, Consent> categories) => this.categories = categories;

    public int Count => categories.Count;

    /// <summary>By category, in ordinal order.</summary>
    public IEnumerable<KeyValuePair<string, Consent>> All => categories;

    public Consent? Find(string category) => categories.GetValueOrDefault(category);

    /// <summary>What an event at this time says in its context.</summary>
    public ConsentMap Merge(ReadOnlyMemory<byte> context, long at, long receivedAt) => ConsentReader.MaySpeak(context)
        ? With(ConsentReader.Read(context).Select(said => KeyValuePair.Create(said.Key, new Consent(said.Value, at, receivedAt))))
        : this;

    public ConsentMap Combine(ConsentMap other) => other.Count == 0 ? this : Count == 0 ? other : With(other.categories);

    public static ConsentMap From(IEnumerable<KeyValuePair<string, Consent>> categories) => Empty.With(categories);

    private ConsentMap With(IEnumerable<KeyValuePair<string, Consent>> newer)
    {
        var builder = categories.ToBuilder();
        foreach (var (category, consent) in newer)
        {
            if (!builder.TryGetValue(category, out var held) || held.Yields(consent)) builder[category] = consent;
        }

        return new ConsentMap(builder.ToImmutable());
    }
}
