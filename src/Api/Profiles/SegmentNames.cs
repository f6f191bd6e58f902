using System.Collections.Frozen;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Segments;

namespace CdpPipeline.Api.Profiles;

/// <summary>The names of the segments, read again whenever the catalog has changed.</summary>
internal sealed class SegmentNames(IGrains grains, CatalogView view)
{
    private volatile NamesAt current = new(-1, FrozenDictionary<SegmentId, string>.Empty, FrozenDictionary<SegmentId, ShownSegment>.Empty);

    public ValueTask<NamesAt> CurrentAsync(CancellationToken cancellationToken)
    {
        var known = current;
        return known.Version == view.Current.Version ? new ValueTask<NamesAt>(known) : new ValueTask<NamesAt>(ReadAsync(cancellationToken));
    }

    private async Task<NamesAt> ReadAsync(CancellationToken cancellationToken)
    {
        // The version first: names that are newer than it are only read once more.
        var version = view.Current.Version;
        var records = await grains.Catalog.ListAsync(cancellationToken);
        return current = new NamesAt(
            version,
            records.ToFrozenDictionary(record => record.Id, record => record.Name),
            records.ToFrozenDictionary(record => record.ShownSet, record => new ShownSegment(record.Id, record.Name)));
    }
}

/// <summary>A segment whose set of members is shown.</summary>
internal sealed record ShownSegment(SegmentId Id, string Name);

/// <summary>The names at a version of the catalog: of segments, and of those whose sets are shown by the sets' ids.</summary>
internal sealed record NamesAt(long Version, FrozenDictionary<SegmentId, string> Names, FrozenDictionary<SegmentId, ShownSegment> Shown)
{
    /// <summary>Null for a segment that is not there.</summary>
    public string? NameOf(SegmentId id) => Names.GetValueOrDefault(id);
}
