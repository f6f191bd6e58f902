using CdpPipeline.Api.Errors;
using CdpPipeline.Api.Routes;
using CdpPipeline.Domain.Events;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Api.Spaces;

/// <summary>Which of a person's events are asked for: as Segment's <c>limit</c>, <c>next</c>, <c>sort</c>, <c>start</c>, <c>end</c>, <c>include</c> and <c>exclude</c> say.</summary>
internal sealed record SpaceEventQuery(int Limit, TimelineQuery Timeline, HashSet<string>? Include, HashSet<string>? Exclude)
{
    private const int LimitMax = 100;
    private const int ReadEventsMax = 200;
    private const string NewestFirst = "space-events";
    private const string OldestFirst = "space-events-asc";

    /// <summary>Reads the parameters; or says, in <paramref name="fault"/>, what is wrong with them.</summary>
    public static SpaceEventQuery? Read(HttpRequest request, out string fault)
    {
        DateTimeOffset? start = null, end = null;
        var next = request.Query["next"].ToString();
        var sort = request.Query["sort"].ToString();
        var isOldestFirst = sort == "asc";
        var place = new long[4];
        fault = !SpaceQuery.TryReadLimit(request, LimitMax, out var limit) ? $"The parameter `limit` must be a whole number from 1 to {LimitMax}."
            : sort is not ("" or "asc" or "desc") ? "The parameter `sort` must be `asc` or `desc`."
            : next.Length > 0 && !Cursor.TryRead(isOldestFirst ? OldestFirst : NewestFirst, next, place) ? "The parameter `next` is no cursor of this list in this order."
            : FaultOf("start", ListQuery.ReadInstant(request, "start", out start)) ?? FaultOf("end", ListQuery.ReadInstant(request, "end", out end)) ?? "";
        if (fault.Length > 0) return null;

        var (include, exclude) = (SpaceQuery.Names(request, "include"), SpaceQuery.Names(request, "exclude"));
        var isOneName = include is { Count: 1 };
        TimelinePosition? reached = next.Length > 0 ? new TimelinePosition(Instants.FromMicros(place[0]), Instants.FromMicros(place[1]), place[2], place[3]) : null;
        return new SpaceEventQuery(
            limit,
            new TimelineQuery((include is null || isOneName) && exclude is null ? limit + 1 : ReadEventsMax)
            {
                From = start,
                To = end,
                IsOldestFirst = isOldestFirst,
                Before = isOldestFirst ? null : reached,
                After = isOldestFirst ? reached : null,
                Name = isOneName ? include!.Single() : null,
            },
            include,
            exclude);
    }

    /// <summary>The cursor of what comes after the event.</summary>
    public string CursorAfter(StoredEvent stored) =>
        Cursor.Write(Timeline.IsOldestFirst ? OldestFirst : NewestFirst, stored.Event.Timestamp.ToMicros(), stored.Event.ReceivedAt.ToMicros(), stored.Id.Component, stored.Id.Seq);

    /// <summary>Events without a name (identify, group, alias) are never included by name, nor excluded.</summary>
    public bool Wants(StoredEvent stored) =>
        stored.Event.Name is { } name ? Include?.Contains(name) != false && Exclude?.Contains(name) != true : Include is null;

    private static string? FaultOf(string parameter, Problem? problem) => problem is null ? null : $"The parameter `{parameter}` must be an ISO 8601 time.";
}
