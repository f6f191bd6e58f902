using System.Text.Json;
using CdpPipeline.Api.Routes;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Merging;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Identities;

namespace CdpPipeline.Api.Profiles;

/// <summary>Writes merges as the API shows them.</summary>
internal static class MergeJson
{
    public static void WriteHistory(Utf8JsonWriter json, MergeHistory history)
    {
        json.WriteString("id"u8, history.Id.Value);
        json.WriteStartArray("merges"u8);
        foreach (var merge in history.Merges)
        {
            json.WriteStartObject();
            json.WriteString("mergedId"u8, merge.Merged.Value);
            json.WriteString("into"u8, merge.Into.Value);
            json.WriteInstant("at"u8, merge.At);
            WriteCause(json, merge.Cause);
            json.WriteString("state"u8, merge.UndoneAt is null ? "merged"u8 : "undone"u8);
            json.WriteInstant("undoneAt"u8, merge.UndoneAt);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("conflicts"u8);
        foreach (var conflict in history.Conflicts)
        {
            json.WriteStartObject();
            json.WritePropertyName("identifier"u8);
            EventJson.Write(json, conflict.Identifier);
            json.WriteString("owner"u8, conflict.Owner.Value);
            json.WriteInstant("at"u8, conflict.At);
            json.WriteString("messageId"u8, conflict.MessageId);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>A merge that was made, or one that had nothing to do: then nobody is merged.</summary>
    public static void WriteMerged(Utf8JsonWriter json, ExplicitMergeAnswer answer)
    {
        var isNew = answer.Refusal is null;
        json.WriteBoolean("merged"u8, isNew);
        json.WriteString("id"u8, answer.Survivor.Value);
        json.WriteString("survivorId"u8, answer.Survivor.Value);
        if (isNew) json.WriteString("mergedId"u8, answer.Loser.Value);
        else json.WriteNull("mergedId"u8);
    }

    public static void WriteUndone(Utf8JsonWriter json, (IdentityId Survivor, IdentityId Merged) undone)
    {
        json.WriteBoolean("undone"u8, true);
        json.WriteString("id"u8, undone.Survivor.Value);
        json.WriteString("restoredId"u8, undone.Merged.Value);
    }

    public static void WritePreview(Utf8JsonWriter json, MergeContent content)
    {
        var together = content.Preview.Together;
        json.WriteBoolean("dryRun"u8, true);
        json.WriteString("survivorId"u8, content.Survivor.Id.Value);
        json.WriteString("mergedId"u8, content.Merged.Id.Value);
        json.WriteString("userId"u8, together.UserId);
        json.WriteString("email"u8, together.Email);
        json.WriteNumber("eventCount"u8, together.EventCount);
        json.WriteInstant("firstSeen"u8, together.FirstSeen);
        json.WriteInstant("lastSeen"u8, together.LastSeen);
        ProfileJson.WriteIdentifiers(json, together.Identifiers);
        ProfileJson.WriteTraits(json, together.Traits);
        WriteTraitConflicts(json, content);
        json.WriteStartObject("segments"u8);
        WriteSegments(json, "entered"u8, content.Preview.Entered, content.Names);
        WriteSegments(json, "left"u8, content.Preview.Left, content.Names);
        json.WriteEndObject();
    }

    /// <summary>The traits that both have with different values: what each says, and which value would stay.</summary>
    private static void WriteTraitConflicts(Utf8JsonWriter json, MergeContent content)
    {
        json.WriteStartArray("traitConflicts"u8);
        foreach (var (name, survivors) in content.Survivor.Traits)
        {
            // What is computed is computed again.
            if (content.Preview.Together.ComputedTraits.Contains(name)) continue;
            if (!content.Merged.Traits.TryGetValue(name, out var other) || survivors.Span.SequenceEqual(other.Span)) continue;
            json.WriteStartObject();
            json.WriteString("name"u8, name);
            WriteValue(json, "survivor"u8, survivors);
            WriteValue(json, "merged"u8, other);
            WriteValue(json, "result"u8, content.Preview.Together.Traits.GetValueOrDefault(name));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteValue(Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlyMemory<byte> value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value.IsEmpty ? "null"u8 : value.Span, skipInputValidation: true);
    }

    private static void WriteSegments(Utf8JsonWriter json, ReadOnlySpan<byte> list, IReadOnlyList<SegmentId> segments, NamesAt names)
    {
        json.WriteStartArray(list);
        foreach (var set in segments)
        {
            if (!names.Shown.TryGetValue(set, out var segment)) continue;
            json.WriteStartObject();
            json.WriteString("id"u8, segment.Id.Value);
            json.WriteString("name"u8, segment.Name);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteCause(Utf8JsonWriter json, MergeCause cause)
    {
        json.WriteStartObject("cause"u8);
        json.WriteString("reason"u8, cause.Reason switch
        {
            MergeReason.SharedEvent => "sharedEvent"u8,
            MergeReason.Alias => "alias"u8,
            _ => "request"u8,
        });
        json.WriteStartArray("identifiers"u8);
        foreach (var identifier in cause.Identifiers) EventJson.Write(json, identifier);
        json.WriteEndArray();
        json.WriteString("messageId"u8, cause.MessageId);
        json.WriteEndObject();
    }
}
