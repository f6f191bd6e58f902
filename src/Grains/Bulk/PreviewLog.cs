using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Bulk;

/// <summary>Reads what the windows of people in memory lack for conditions that only a preview has.</summary>
internal sealed class PreviewLog(IEventLog log, SegmentPreview preview, int pageSize, TimeProvider clock)
{
    private readonly WindowSet nothing = WindowSet.Empty(preview.Catalog.HighestCondition);

    /// <summary>
    /// Reads the events of those of the preview's own conditions that are to be known: of a few people by their keys, of many in one pass over all
    /// whose keys lie between the first and the last.
    /// </summary>
    public async Task<PreviewWindows> ReadAsync(
        KnownConditions known, IReadOnlyCollection<Person> people, (long First, long Last) keys, bool areFew, CancellationToken cancellationToken)
    {
        var counted = new Dictionary<long, WindowSet>();
        var filter = EntryFilters.Events(preview.Catalog, number => number > preview.KnownThrough && known.Includes(number), clock.GetUtcNow());
        if (!filter.HasNames) return new PreviewWindows(preview, counted);
        var apart = new List<long>();
        foreach (var person in people)
        {
            foreach (var component in person.Components)
            {
                counted[component.Key] = nothing;
                if (areFew || component.Key < keys.First || component.Key > keys.Last) apart.Add(component.Key);
            }
        }

        return await log.ReadManyAsync(
            async reader =>
            {
                if (!areFew) await reader.ScanEventsAsync(keys.First, keys.Last, filter, Take, cancellationToken);
                foreach (var page in apart.Chunk(pageSize)) await reader.ReadEntriesAsync(page, filter, TakeEvents, cancellationToken);
                return new PreviewWindows(preview, counted);
            },
            cancellationToken);

        void TakeEvents(LogEntry entry)
        {
            if (entry is EventEntry stored) Take(stored);
        }

        void Take(EventEntry entry)
        {
            ref var windows = ref CollectionsMarshal.GetValueRefOrNullRef(counted, entry.Component);
            if (!Unsafe.IsNullRef(ref windows)) windows = preview.Catalog.ObserveFrom(preview.KnownThrough, windows, entry);
        }
    }
}
