using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Grains.Bulk;

/// <summary>The windows of people in memory, with what was read of a preview's own conditions, by component.</summary>
internal sealed class PreviewWindows(SegmentPreview preview, IReadOnlyDictionary<long, WindowSet> read)
{
    /// <summary>Those of a person who was read of, and whose own know all that is saved.</summary>
    public WindowSet Of(Person person)
    {
        if (read.Count == 0) return person.Combination.Windows;
        WindowSet? together = null;
        foreach (var component in person.Components)
        {
            var own = preview.Extend(component.Windows, read[component.Key]);
            together = together is null ? own : WindowSet.Combine(together, own);
        }

        return together!;
    }
}
