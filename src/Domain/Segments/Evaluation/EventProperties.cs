using System.Text.Json;
using CdpPipeline.Domain.Events;

namespace CdpPipeline.Domain.Segments;

/// <summary>An event's properties, parsed when first asked for and at most once.</summary>
internal struct EventProperties : IDisposable
{
    // Ingest has checked the depth; this only must not be lower.
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 1_000 };

    private JsonDocument? document;

    public JsonElement Of(Event e, bool areNeeded)
    {
        if (!areNeeded || e.Properties.IsEmpty) return default;
        document ??= JsonDocument.Parse(e.Properties, Options);
        return document.RootElement;
    }

    public readonly void Dispose() => document?.Dispose();
}
