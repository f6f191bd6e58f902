using System.Text;
using System.Text.Json;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Domain.Tests.Segments;

/// <summary>A person whose raw events and traits are all kept, beside the windows that a catalog made of the events.</summary>
internal sealed class SimulatedPerson : IPerson
{
    public List<SimulatedComponent> Components { get; } = [];

    public Dictionary<string, JsonElement> Traits { get; } = [];

    /// <summary>The meaning of the computed traits by name: the value at an instant, null for none.</summary>
    public Dictionary<string, Func<SimulatedPerson, long, JsonElement?>> Computed { get; } = [];

    public List<Dictionary<string, JsonElement>> Groups { get; } = [];

    public IEnumerable<Event> Events => Components.SelectMany(component => component.Entries).Select(entry => entry.Event);

    public IEnumerable<EventEntry> Entries => Components.SelectMany(component => component.Entries);

    /// <summary>Windows to read instead of combining those of the components.</summary>
    public WindowSet? Kept { get; init; }

    public WindowSet Windows => Kept ?? WindowSet.Combine(Components.Select(component => component.Windows));

    public string? UserId { get; set; }

    public string? Email { get; set; }

    public string? Phone { get; set; }

    public List<string> AnonymousIds { get; } = [];

    IReadOnlyList<string> IPerson.AnonymousIds => AnonymousIds;

    public DateTimeOffset CreatedAt { get; set; } = DateTimeOffset.UnixEpoch;

    public DateTimeOffset? FirstSeen => Events.Any() ? Events.Min(e => e.Timestamp) : null;

    public DateTimeOffset? LastSeen => Events.Any() ? Events.Max(e => e.Timestamp) : null;

    public long EventCount => Events.LongCount();

    public long PageViews => Events.LongCount(e => e.Type == EventType.Page);

    public long Conversions => Events.LongCount(e => e.Name == "C");

    public static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    public static Event Call(string? name, DateTimeOffset at, DateTimeOffset receivedAt, string properties = "{}", EventType type = EventType.Track) => new()
    {
        Type = name is null ? EventType.Identify : type,
        Name = name,
        Identifiers = [new Identifier(IdentifierKind.UserId, "u1")],
        Timestamp = at,
        ReceivedAt = receivedAt,
        Source = "test",
        Properties = Encoding.UTF8.GetBytes(properties),
    };

    public Dictionary<string, bool> Consents { get; } = [];

    /// <summary>Nothing is left of her but the definitions of computed traits, and she begins at an instant.</summary>
    public void Forget(DateTimeOffset now)
    {
        Components.Clear();
        Traits.Clear();
        Groups.Clear();
        Consents.Clear();
        AnonymousIds.Clear();
        (UserId, Email, Phone, CreatedAt) = (null, null, null, now);
    }

    public bool? Consent(string category) => Consents.TryGetValue(category, out var granted) ? granted : null;

    public JsonElement? Trait(PropertyPath path) => Traits.TryGetValue(path.First, out var value) ? path.FindBelow(value) : null;

    public IReadOnlyList<JsonElement> GroupTraits(PropertyPath path) =>
        [.. Groups.Select(group => group.TryGetValue(path.First, out var value) ? path.FindBelow(value) : null).OfType<JsonElement>()];
}

/// <summary>One component's events in the order they arrived, and what a catalog made of them.</summary>
internal sealed class SimulatedComponent(int knownThrough, long key = 1)
{
    public long Key => key;

    public List<EventEntry> Entries { get; } = [];

    /// <summary>What is known of the messageIds of its events.</summary>
    public MessageWindow Messages { get; private set; }

    public WindowSet Windows { get; set; } = WindowSet.Empty(knownThrough);

    public EventEntry Add(Event e)
    {
        var entry = new EventEntry(key, Entries.Count + 1, e);
        Entries.Add(entry);
        if (e.MessageId is { } messageId) Messages = Messages.Add(MessageHash.Of(messageId), entry.Seq);
        return entry;
    }
}

/// <summary>Takes in events whose places do not matter.</summary>
internal static class Observing
{
    public static WindowSet Observe(this SegmentCatalog catalog, WindowSet windows, Event e) => catalog.Observe(windows, new EventEntry(1, 1, e));

    public static WindowSet ObserveFrom(this SegmentCatalog catalog, int afterNumber, WindowSet windows, Event e) =>
        catalog.ObserveFrom(afterNumber, windows, new EventEntry(1, 1, e));
}
