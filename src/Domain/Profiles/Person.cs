using System.Collections.Immutable;
using System.Text.Json;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Merging;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Domain.Profiles;

/// <summary>
/// One identity with every component it speaks for: its own first, then those absorbed, in the order of the tree. Immutable; what the
/// components say together is in <see cref="Combination"/>.
/// </summary>
public sealed class Person(ImmutableArray<Component> components) : IPerson
{
    private Combination? combination;

    public Person(Component own)
        : this([own])
    {
    }

    /// <summary>The identity's own component.</summary>
    public Component Own => Components[0];

    public ImmutableArray<Component> Components { get; } = components;

    /// <summary>Made on first use: most turns of a person without segments never need it.</summary>
    public Combination Combination => combination ??= new Combination(this);

    public IdentityFacts Facts => new(
        Own.Id, Own.UserId, Own.CreatedAt, [.. Components.Select(component => component.Id)], [.. Components.SelectMany(component => component.KeptApart)]);

    /// <summary>The next instant at which she can enter a segment, now or later: later than any at which she, or whom she absorbed, ever did.</summary>
    public DateTimeOffset NextEntry(DateTimeOffset now)
    {
        var micros = now.ToMicros();
        foreach (var component in Components) micros = Math.Max(micros, component.JudgedAt + 1);
        return Instants.FromMicros(micros);
    }

    /// <summary>The component that owns the identifier, or null.</summary>
    public Component? OwnerOf(Identifier identifier)
    {
        foreach (var component in Components)
        {
            if (component.Owns(identifier)) return component;
        }

        return null;
    }

    public Component? Find(IdentityId component) => Components.FirstOrDefault(candidate => candidate.Id == component);

    /// <summary>The newest seq of a component; null when it is not part of her.</summary>
    public long? SeqOf(long key)
    {
        foreach (var component in Components)
        {
            if (component.Key == key) return component.Seq;
        }

        return null;
    }

    public Component Find(long key)
    {
        foreach (var component in Components)
        {
            if (component.Key == key) return component;
        }

        throw new InvalidOperationException($"Component {key} is not part of {Own.Id}.");
    }

    /// <summary>The same person with newer versions of some components.</summary>
    public Person With(Component changed)
    {
        for (var i = 0; i < Components.Length; i++)
        {
            if (Components[i].Key == changed.Key) return new Person(Components.SetItem(i, changed));
        }

        throw new InvalidOperationException($"Component {changed.Key} is not part of {Own.Id}.");
    }

    public Person Absorb(ImmutableArray<Component> absorbed) => new(Components.AddRange(absorbed));

    public Person Release(ImmutableArray<Component> released) => new(Components.RemoveAll(component => released.Any(gone => gone.Key == component.Key)));

    /// <summary>A component and all that it had absorbed itself: what leaves with it.</summary>
    public ImmutableArray<Component> SubtreeOf(Component component) =>
        [component, .. component.Merges.Where(merge => merge.UndoneAt is null).SelectMany(merge => Find(merge.Merged) is { } child ? SubtreeOf(child) : [])];

    public MergeHistory History => new(
        Own.Id,
        [.. Components.SelectMany(component => component.Merges).OrderBy(merge => merge.At)],
        [.. Components.SelectMany(component => component.Conflicts).OrderBy(conflict => conflict.At)]);

    WindowSet IPerson.Windows => Combination.Windows;

    string? IPerson.UserId => Combination.UserId;

    string? IPerson.Email => Combination.Email;

    string? IPerson.Phone => Combination.Phone;

    IReadOnlyList<string> IPerson.AnonymousIds => Combination.AnonymousIds;

    DateTimeOffset IPerson.CreatedAt => Combination.CreatedAt;

    DateTimeOffset? IPerson.FirstSeen => Combination.FirstSeen;

    DateTimeOffset? IPerson.LastSeen => Combination.LastSeen;

    long IPerson.EventCount => Combination.EventCount;

    long IPerson.PageViews => Combination.PageViews;

    long IPerson.Conversions => Combination.Conversions;

    JsonElement? IPerson.Trait(PropertyPath path) => Combination.Trait(path);

    bool? IPerson.Consent(string category) => Combination.Consents.Find(category)?.Granted;

    IReadOnlyList<JsonElement> IPerson.GroupTraits(PropertyPath path) => Combination.GroupTraits(path);
}
