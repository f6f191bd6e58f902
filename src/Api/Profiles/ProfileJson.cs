using System.Text.Json;
using CdpPipeline.Api.Routes;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Profiles;

namespace CdpPipeline.Api.Profiles;

/// <summary>Writes profiles as the API shows them. Pure: same profile and names, same bytes.</summary>
internal static class ProfileJson
{
    private const int FirstBytes = 8 * 1024;

    public static byte[] Render(Profile profile, NamesAt names) => JsonAnswer.Render((profile, names), WriteMembers, FirstBytes);

    /// <summary>A person in a list.</summary>
    public static void WriteSummary(Utf8JsonWriter json, Profile profile)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, profile.Id.Value);
        json.WriteString("userId"u8, profile.UserId);
        json.WriteString("email"u8, profile.Email);
        json.WriteNumber("eventCount"u8, profile.EventCount);
        json.WriteInstant("lastSeen"u8, profile.LastSeen);
        json.WriteEndObject();
    }

    public static void WriteIdentifiers(Utf8JsonWriter json, IReadOnlyList<LinkedIdentifier> identifiers)
    {
        json.WriteStartArray("identifiers"u8);
        foreach (var linked in identifiers)
        {
            json.WriteStartObject();
            json.WriteString("kind"u8, Identifier.NameOf(linked.Identifier.Kind));
            json.WriteString("value"u8, linked.Identifier.Value);
            json.WriteInstant("firstSeen"u8, linked.FirstSeen);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void WriteTraits(Utf8JsonWriter json, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> traits)
    {
        json.WriteStartObject("traits"u8);
        foreach (var (name, value) in traits)
        {
            json.WritePropertyName(name);
            json.WriteRawValue(value.Span, skipInputValidation: true);
        }

        json.WriteEndObject();
    }

    /// <summary>All of a profile, within an object.</summary>
    public static void WriteMembers(Utf8JsonWriter json, (Profile Profile, NamesAt Names) content)
    {
        var profile = content.Profile;
        json.WriteString("id"u8, profile.Id.Value);
        json.WriteString("userId"u8, profile.UserId);
        json.WriteString("email"u8, profile.Email);
        json.WriteString("phone"u8, profile.Phone);
        json.WriteStartArray("anonymousIds"u8);
        foreach (var linked in profile.Identifiers)
        {
            if (linked.Identifier.Kind == IdentifierKind.AnonymousId) json.WriteStringValue(linked.Identifier.Value);
        }

        json.WriteEndArray();
        WriteIdentifiers(json, profile.Identifiers);
        WriteTraits(json, profile.Traits);
        json.WriteStartArray("computedTraits"u8);
        foreach (var name in profile.ComputedTraits) json.WriteStringValue(name);
        json.WriteEndArray();
        WriteGroups(json, profile.Groups);
        WriteConsents(json, profile.Consents);
        json.WriteInstant("createdAt"u8, profile.CreatedAt);
        json.WriteInstant("firstSeen"u8, profile.FirstSeen);
        json.WriteInstant("lastSeen"u8, profile.LastSeen);
        json.WriteNumber("eventCount"u8, profile.EventCount);
        json.WriteNumber("pageViews"u8, profile.PageViews);
        json.WriteNumber("conversions"u8, profile.Conversions);
        WriteSegments(json, profile.Segments, content.Names);
        json.WriteStartArray("mergedIds"u8);
        foreach (var merged in profile.MergedIds) json.WriteStringValue(merged.Value);
        json.WriteEndArray();
        json.WriteStartArray("timeline"u8);
        foreach (var stored in profile.Timeline) EventJson.Write(json, stored);
        json.WriteEndArray();
    }

    private static void WriteConsents(Utf8JsonWriter json, IReadOnlyList<CategoryConsent> consents)
    {
        json.WriteStartObject("consent"u8);
        foreach (var consent in consents)
        {
            json.WriteStartObject(consent.Category);
            json.WriteBoolean("granted"u8, consent.Granted);
            json.WriteInstant("at"u8, consent.At);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteGroups(Utf8JsonWriter json, IReadOnlyList<GroupMembership> groups)
    {
        json.WriteStartArray("groups"u8);
        foreach (var group in groups)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, group.GroupId);
            WriteTraits(json, group.Traits);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteSegments(Utf8JsonWriter json, IReadOnlyList<SegmentMembership> segments, NamesAt names)
    {
        json.WriteStartArray("segments"u8);
        foreach (var membership in segments)
        {
            // What is not shown is of a definition to come, or has just been deleted.
            if (!names.Shown.TryGetValue(membership.Segment, out var segment)) continue;
            json.WriteStartObject();
            json.WriteString("id"u8, segment.Id.Value);
            json.WriteString("name"u8, segment.Name);
            json.WriteInstant("since"u8, membership.Since);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
