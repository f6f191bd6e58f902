using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Retention;

namespace CdpPipeline.Storage.Rows;

/// <summary>
/// How far the sight of one log has come, place by place in order, and what it has shown: whether anything is too old, and up to where nobody need look again
/// while the same sources are looked for.
/// </summary>
/// <param name="sources">Whose events are too old when.</param>
/// <param name="key">The log's.</param>
/// <param name="looked">The place up to which nobody need look.</param>
/// <param name="lastSeq">The last place that the log must have for that; null: whatever it is.</param>
internal sealed class ExpirySight(IReadOnlyList<SourceCutoff> sources, long key, long looked, long? lastSeq)
{
    // A mark spares the reading of the rows before it, and costs one of its own.
    private const long PlacesWorthAMark = 64;

    private readonly long from = looked;
    private readonly long newest = sources.Max(source => source.Before.ToMicros());
    private bool mayExpireLater;

    /// <summary>A number for the sources that are looked for, whenever they are too old: what a mark passed over is of none of them.</summary>
    public static long NumberOf(IReadOnlyList<SourceCutoff> sources) =>
        MessageHash.Of(string.Join('\n', sources.Select(source => source.Source).Order(StringComparer.Ordinal)));

    public long Key => key;

    /// <summary>The last place that was looked at, now or an earlier time.</summary>
    public long Seq { get; private set; } = looked;

    /// <summary>No place before this one need be looked at again.</summary>
    public long Mark { get; private set; } = looked;

    /// <summary>What <see cref="Mark"/> holds for.</summary>
    public long? LastSeq => lastSeq;

    /// <summary>Something is too old.</summary>
    public bool IsDue { get; private set; }

    /// <summary>What comes after is not too old, or it makes no difference any more.</summary>
    public bool IsOver { get; private set; }

    public bool HasNewMark => Mark - from >= PlacesWorthAMark;

    /// <param name="seq">The next place.</param>
    /// <param name="kind">What is there, as <see cref="LogRow.Kind"/>.</param>
    /// <param name="source">The number of the event's source among those that are looked for; null for another.</param>
    /// <param name="received">When it arrived.</param>
    public void Take(long seq, short kind, int? source, long received)
    {
        Seq = seq;
        if (kind < LogRow.ChangeKind && received >= newest)
        {
            IsOver = true;
            return;
        }

        if (kind < LogRow.ChangeKind && source is { } number && RetentionRules.IsBehaviour((EventType)kind))
        {
            mayExpireLater = true;
            IsDue = IsOver = received < sources[number].Before.ToMicros();
            return;
        }

        if (!mayExpireLater) Mark = seq;
    }

    /// <summary>There are no more places.</summary>
    public void End() => IsOver = true;
}
