using System.Text.Json;
using CdpPipeline.Domain.Events;

namespace CdpPipeline.Domain.Segments;

/// <summary>
/// One event's properties, parsed when first asked for and at most once. Knows the property that was asked for last: conditions about the same
/// events often differ only in what they compare it with.
/// </summary>
internal struct EventProperties : IDisposable
{
    // Ingest has checked the depth; this only must not be lower.
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 1_000 };

    private JsonDocument? document;
    private PropertyPath? path;
    private JsonElement? found;
    private FieldValue? value;

    /// <summary>All of them; undefined when there are none.</summary>
    public JsonElement Of(Event e)
    {
        if (e.Properties.IsEmpty) return default;
        document ??= JsonDocument.Parse(e.Properties, Options);
        return document.RootElement;
    }

    /// <summary>What a path leads to; null when there is nothing or a JSON null.</summary>
    public JsonElement? Find(Event e, PropertyPath asked)
    {
        if (!asked.Equals(path)) (path, found, value) = (asked, asked.Find(Of(e)), null);
        return found;
    }

    /// <summary>The same, as conditions compare it.</summary>
    public FieldValue ValueOf(Event e, PropertyPath asked)
    {
        var element = Find(e, asked);
        value ??= element is { } present ? FieldValue.Of(present) : default;
        return value.Value;
    }

    public readonly void Dispose() => document?.Dispose();
}
