using System.Globalization;

namespace CdpPipeline.Domain.Events;

/// <summary>Names one stored event for good: the component that owns it and its place in that component's log.</summary>
public readonly record struct EventId(long Component, long Seq)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Component:x}-{Seq:x}");

    public static bool TryParse(string text, out EventId id)
    {
        id = default;
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        if (dash <= 0
            || !long.TryParse(text.AsSpan(0, dash), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var component)
            || !long.TryParse(text.AsSpan(dash + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var seq)) return false;
        id = new EventId(component, seq);
        return true;
    }
}
