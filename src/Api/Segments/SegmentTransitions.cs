using System.Text.Json;
using CdpPipeline.Api.Errors;
using CdpPipeline.Api.Routes;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Api.Segments;

/// <summary>Answers who entered a segment lately and who left it, newest first, as far back as transitions are kept.</summary>
internal sealed class SegmentTransitions(IGrains grains, IMembershipTransitions transitions)
{
    public async Task GetAsync(HttpContext context)
    {
        var place = new long[4];
        var isContinued = false;
        var segment = SegmentCalls.IdOf(context);
        var problem = ListQuery.ReadLimit(context.Request, out var limit) ?? ListQuery.ReadCursor(context.Request, ListOf(segment), place, out isContinued);
        if (problem is not null)
        {
            await ProblemResponse.WriteAsync(context, problem);
            return;
        }

        if (segment is not { } id || await grains.Catalog.GetAsync(id, context.RequestAborted) is null)
        {
            await JsonAnswer.NotFoundAsync(context);
            return;
        }

        RecentPlace? before = isContinued ? new RecentPlace(Instants.FromMicros(place[0]), new TransitionPlace((int)place[1], place[2], place[3])) : null;
        var found = await transitions.RecentAsync(id, before, limit + 1, context.RequestAborted);
        await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, (id, found, limit), static (json, answer) =>
        {
            var count = Math.Min(answer.found.Count, answer.limit);
            json.WriteStartArray("transitions"u8);
            for (var i = 0; i < count; i++)
            {
                json.WriteStartObject();
                WriteMembers(json, answer.found[i]);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteString("nextCursor"u8, answer.found.Count > count ? CursorAfter(answer.id, answer.found[count - 1]) : null);
        });
    }

    /// <summary>A transition, within an object.</summary>
    public static void WriteMembers(Utf8JsonWriter json, MembershipTransition transition)
    {
        json.WriteString("id"u8, transition.Identity.Value);
        json.WriteString("type"u8, transition.IsEntry ? "enter"u8 : "exit"u8);
        json.WriteInstant("at"u8, transition.At);
        json.WriteInstant("since"u8, transition.Since);
        json.WriteString("cause"u8, CauseOf(transition.Cause));
    }

    // A place among what one segment tells says nothing about another's.
    private static string ListOf(SegmentId? segment) => $"transitions {segment}";

    private static string CursorAfter(SegmentId segment, MembershipTransition last) =>
        Cursor.Write(ListOf(segment), last.At.ToMicros(), last.Place.Writer, last.Place.Commit, last.Place.Ordinal);

    private static ReadOnlySpan<byte> CauseOf(MembershipCause cause) => cause switch
    {
        MembershipCause.Event => "event"u8,
        MembershipCause.Time => "time"u8,
        MembershipCause.Merge => "merge"u8,
        MembershipCause.Undo => "undo"u8,
        MembershipCause.Erasure => "erasure"u8,
        MembershipCause.Retention => "retention"u8,
        _ => "definition"u8,
    };
}
