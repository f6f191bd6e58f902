using System.Text;
using System.Text.Json;

namespace CdpPipeline.Api.Ingest;

/// <summary>Where a JSON value lies in the body, quotes included. The default value stands for "not there".</summary>
internal readonly record struct JsonSlice(int Start, int Length, JsonTokenType Kind, bool IsEscaped)
{
    /// <summary>Not there, or <c>null</c>.</summary>
    public bool IsAbsent => Kind is JsonTokenType.None or JsonTokenType.Null;

    public bool IsString => Kind == JsonTokenType.String;

    public bool IsObject => Kind == JsonTokenType.StartObject;

    public ReadOnlySpan<byte> In(ReadOnlySpan<byte> body) => body.Slice(Start, Length);

    /// <summary>A string's content as it is written, without quotes.</summary>
    public ReadOnlySpan<byte> Content(ReadOnlySpan<byte> body) => body.Slice(Start + 1, Length - 2);

    /// <summary>A string's text; of any other value its JSON. The text must have been found clean.</summary>
    public string Text(ReadOnlySpan<byte> body)
    {
        if (!IsString) return Encoding.UTF8.GetString(In(body));
        if (!IsEscaped) return Encoding.UTF8.GetString(Content(body));
        var reader = new Utf8JsonReader(In(body));
        reader.Read();
        return reader.GetString()!;
    }
}
