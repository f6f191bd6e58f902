using System.Text.Json;
using CdpPipeline.Domain.Profiles;

namespace CdpPipeline.Api.Segments;

/// <summary>Who would be in a segment; compared with a saved one, also who would enter it and who would leave it.</summary>
internal sealed record SegmentPreviewAnswer(PreviewedPeople Members)
{
    public PreviewedPeople? Entering { get; init; }

    public PreviewedPeople? Leaving { get; init; }

    public static void Write(Utf8JsonWriter json, SegmentPreviewAnswer answer)
    {
        answer.Members.Write(json);
        Write(json, "enter", answer.Entering);
        Write(json, "leave", answer.Leaving);
    }

    private static void Write(Utf8JsonWriter json, string name, PreviewedPeople? people)
    {
        if (people is null) return;
        json.WriteStartObject(name);
        people.Write(json);
        json.WriteEndObject();
    }
}

/// <summary>A number of people, and the first of them by name.</summary>
internal sealed record PreviewedPeople(long Count, IReadOnlyList<Profile> Customers)
{
    public void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("count"u8, Count);
        json.WriteStartArray("customers"u8);
        foreach (var profile in Customers)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, profile.Id.Value);
            json.WriteString("email"u8, profile.Email);
            json.WriteString("userId"u8, profile.UserId);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
