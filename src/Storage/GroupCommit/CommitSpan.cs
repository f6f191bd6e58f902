using System.Diagnostics;
using CdpPipeline.Grains.Interfaces;

namespace CdpPipeline.Storage.GroupCommit;

/// <summary>
/// The span of one transaction: it belongs to the first of its appends that is part of a recorded trace, and is linked to the others. Where no append is,
/// there is none.
/// </summary>
internal static class CommitSpan
{
    private const int LinksMax = 32;

    /// <summary>The span that an append is made in, if it is recorded.</summary>
    public static Activity? Current() => Spans.Source.HasListeners() && Activity.Current is { Recorded: true } current ? current : null;

    public static Activity? Start(List<PendingAppend> group)
    {
        if (!Spans.Source.HasListeners()) return null;
        ActivityContext parent = default;
        List<ActivityLink>? links = null;
        foreach (var pending in group)
        {
            if (pending.Span is not { } span) continue;
            if (parent == default) parent = span.Context;
            else if ((links ??= []).Count < LinksMax) links.Add(new ActivityLink(span.Context));
        }

        if (parent == default) return null;
        var started = Spans.Source.StartActivity(Spans.Commit, ActivityKind.Internal, parent, tags: null, links);
        return started?.SetTag("cdp.appends", group.Count).SetTag("cdp.rows", group.Sum(pending => pending.Rows));
    }

    /// <summary>Nothing of it was stored, or nobody knows.</summary>
    public static void Fail(Activity? span, Exception exception) => span?.SetTag("error.type", exception.GetType().Name);
}
