using System.Text.Json;

namespace CdpPipeline.Domain.Profiles;

/// <summary>Reads the top level of a JSON object without making a document of it.</summary>
public static class TraitReader
{
    /// <summary>Name and raw JSON value of each property, in order; a value of <c>null</c> is empty. No object: nothing.</summary>
    public static IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> Read(ReadOnlyMemory<byte> json)
    {
        var at = 0;
        var state = new JsonReaderState(new JsonReaderOptions { MaxDepth = 64 });
        while (!json.IsEmpty && TryNext(json, ref at, ref state, out var property)) yield return property;
    }

    private static bool TryNext(ReadOnlyMemory<byte> json, ref int at, ref JsonReaderState state, out KeyValuePair<string, ReadOnlyMemory<byte>> property)
    {
        property = default;
        var reader = new Utf8JsonReader(json.Span[at..], isFinalBlock: true, state);
        if (at == 0 && (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)) return false;
        if (!reader.Read() || reader.TokenType != JsonTokenType.PropertyName) return false;
        var name = reader.GetString()!;
        reader.Read();
        var start = at + (int)reader.TokenStartIndex;
        var isNull = reader.TokenType == JsonTokenType.Null;
        reader.Skip();
        at += (int)reader.BytesConsumed;
        state = reader.CurrentState;
        property = new(name, isNull ? default : json[start..at]);
        return true;
    }
}
