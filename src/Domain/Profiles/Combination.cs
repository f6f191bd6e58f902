using System.Collections.Immutable;
using System.Text.Json;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Domain.Profiles;

/// <summary>
/// What a person's components say together: traits and consent by newest event time, counters summed, first and last as extremes, windows by
/// their newest timestamps. Commutative and associative: the order in which components were absorbed leaves no trace.
/// </summary>
public sealed class Combination
{
    private readonly Person person;
    private ImmutableArray<LinkedIdentifier> identifiers;

    internal Combination(Person person)
    {
        this.person = person;
        var components = person.Components.Length == 1 ? person.Components : person.Components.Sort((a, b) => a.Key.CompareTo(b.Key));
        Traits = components[0].Traits;
        Groups = components[0].Groups;
        Consents = components[0].Consents;
        Windows = components[0].Windows;
        long firstSeen = long.MaxValue, lastSeen = long.MinValue;
        for (var i = 0; i < components.Length; i++)
        {
            var component = components[i];
            if (i > 0)
            {
                Traits = Traits.Combine(component.Traits);
                Groups = Groups.Combine(component.Groups);
                Consents = Consents.Combine(component.Consents);
                Windows = WindowSet.Combine(Windows, component.Windows);
            }

            EventCount += component.EventCount;
            PageViews += component.PageViews;
            Conversions += component.Conversions;
            firstSeen = Math.Min(firstSeen, component.FirstSeen);
            lastSeen = Math.Max(lastSeen, component.LastSeen);
        }

        if (EventCount > 0) (FirstSeen, LastSeen) = (Instants.FromMicros(firstSeen), Instants.FromMicros(lastSeen));
    }

    public TraitMap Traits { get; }

    public GroupMap Groups { get; }

    public ConsentMap Consents { get; }

    public WindowSet Windows { get; }

    /// <summary>Highest priority first, then by first seen.</summary>
    public ImmutableArray<LinkedIdentifier> Identifiers => identifiers.IsDefault
        ? identifiers = Sorted(person.Components.Length == 1 ? person.Own.Identifiers : [.. person.Components.SelectMany(component => component.Identifiers)])
        : identifiers;

    public string? UserId => person.Own.UserId ?? Newest(IdentifierKind.UserId);

    public string? Email => Newest(IdentifierKind.Email);

    public string? Phone => Newest(IdentifierKind.Phone);

    public IReadOnlyList<string> AnonymousIds =>
        [.. Identifiers.Where(linked => linked.Identifier.Kind == IdentifierKind.AnonymousId).Select(linked => linked.Identifier.Value)];

    public DateTimeOffset CreatedAt => person.Own.CreatedAt;

    public DateTimeOffset? FirstSeen { get; }

    public DateTimeOffset? LastSeen { get; }

    public long EventCount { get; }

    public long PageViews { get; }

    public long Conversions { get; }

    public JsonElement? Trait(PropertyPath path) => Find(Traits, path);

    public IReadOnlyList<JsonElement> GroupTraits(PropertyPath path)
    {
        var found = new List<JsonElement>();
        foreach (var (_, traits) in Groups.All)
        {
            if (Find(traits, path) is { } element) found.Add(element);
        }

        return found;
    }

    private static JsonElement? Find(TraitMap traits, PropertyPath path) =>
        traits.Find(path.First) is { } trait ? path.FindBelow(JsonElement.Parse(trait.Json.Span)) : null;

    private string? Newest(IdentifierKind kind)
    {
        string? newest = null;
        foreach (var linked in Identifiers)
        {
            if (linked.Identifier.Kind == kind) newest = linked.Identifier.Value;
        }

        return newest;
    }

    private static ImmutableArray<LinkedIdentifier> Sorted(ImmutableArray<LinkedIdentifier> identifiers) => identifiers.Length < 2
        ? identifiers
        : identifiers.Sort((a, b) => (a.Identifier.Kind, a.FirstSeen, a.Seq).CompareTo((b.Identifier.Kind, b.FirstSeen, b.Seq)) is var order and not 0
            ? order
            : string.CompareOrdinal(a.Identifier.Value, b.Identifier.Value));
}
