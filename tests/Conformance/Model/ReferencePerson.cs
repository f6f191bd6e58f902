using System.Text.Json;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;

namespace CdpPipeline.Grains.Tests.Model;

/// <summary>What a person must look like, said the simplest way: all of her events, sorted by (timestamp, arrival), read from the oldest to the newest.</summary>
internal sealed class ReferencePerson
{
    private readonly List<LinkedIdentifier> identifiers;

    /// <param name="events">All of them, in any order.</param>
    /// <param name="owned">Each identifier with the events of the component that owns it, and the one by which it came there, though it be removed.</param>
    public ReferencePerson(IEnumerable<StoredEvent> events, IEnumerable<(Identifier Identifier, IReadOnlyList<StoredEvent> Events)> owned)
    {
        Events = [.. events.OrderBy(stored => (stored.Event.Timestamp, stored.Event.ReceivedAt, stored.Id.Component, stored.Id.Seq))];
        foreach (var (_, e) in Events) Take(e);
        identifiers =
        [
            .. owned
                .Select(pair => (pair.Identifier, Carrying: pair.Events.Where(stored => stored.Event.Identifiers.Contains(pair.Identifier)).ToList()))
                .Select(pair => new LinkedIdentifier(pair.Identifier, pair.Carrying.Min(stored => stored.Event.Timestamp), pair.Carrying.Min(stored => stored.Id.Seq)))
                .OrderBy(linked => (linked.Identifier.Kind, linked.FirstSeen, linked.Seq))
                .ThenBy(linked => linked.Identifier.Value, StringComparer.Ordinal),
        ];
    }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<StoredEvent> Events { get; }

    public DateTimeOffset? FirstSeen => Events.Count == 0 ? null : Events[0].Event.Timestamp;

    public DateTimeOffset? LastSeen => Events.Count == 0 ? null : Events[^1].Event.Timestamp;

    /// <summary>Present traits as JSON text.</summary>
    public Dictionary<string, string> Traits { get; } = [];

    public Dictionary<string, Dictionary<string, string>> Groups { get; } = [];

    /// <summary>What was said last of each category of consent, and when.</summary>
    public SortedDictionary<string, (bool Granted, DateTimeOffset At)> Consents { get; } = new(StringComparer.Ordinal);

    public IReadOnlyList<LinkedIdentifier> Identifiers => identifiers;

    public string? Newest(IdentifierKind kind) => identifiers.LastOrDefault(linked => linked.Identifier.Kind == kind)?.Identifier.Value;

    /// <summary>How many calls by the name (null: any track, page or screen) lie in the window that ends now.</summary>
    public int Count(string? name, DateTimeOffset now, TimeSpan? within = null, Func<Event, bool>? where = null) => Events.Count(stored =>
        (name is null ? stored.Event.Name is not null : stored.Event.Name == name)
        && stored.Event.Timestamp <= now
        && (within is null || stored.Event.Timestamp >= now - within)
        && (where is null || where(stored.Event)));

    /// <summary>What an event says of consent; of one category the last counts.</summary>
    public static IEnumerable<(string Category, bool Granted)> ConsentIn(Event e)
    {
        if (e.Context.IsEmpty) yield break;
        using var context = JsonDocument.Parse(e.Context);
        if (context.RootElement.TryGetProperty("consent", out var consent))
        {
            foreach (var category in consent.GetProperty("categoryPreferences").EnumerateObject()) yield return (category.Name, category.Value.GetBoolean());
        }

        if (!context.RootElement.TryGetProperty("consentManagement", out var management)) yield break;
        foreach (var allowed in management.GetProperty("allowedConsentIds").EnumerateArray()) yield return (allowed.GetString()!, true);
        foreach (var denied in management.GetProperty("deniedConsentIds").EnumerateArray()) yield return (denied.GetString()!, false);
    }

    private void Take(Event e)
    {
        foreach (var (category, granted) in ConsentIn(e)) Consents[category] = (granted, e.Timestamp);
        if (e.Type == EventType.Identify) Take(Traits, e.Properties);
        if (e.Type != EventType.Group) return;
        using var document = JsonDocument.Parse(e.Properties);
        var groupId = document.RootElement.GetProperty("groupId").GetString()!;
        if (!Groups.TryGetValue(groupId, out var traits)) Groups[groupId] = traits = [];
        Take(traits, System.Text.Encoding.UTF8.GetBytes(document.RootElement.GetProperty("traits").GetRawText()));
    }

    private static void Take(Dictionary<string, string> traits, ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        foreach (var trait in document.RootElement.EnumerateObject())
        {
            if (trait.Value.ValueKind == JsonValueKind.Null) traits.Remove(trait.Name);
            else traits[trait.Name] = trait.Value.GetRawText();
        }
    }
}
