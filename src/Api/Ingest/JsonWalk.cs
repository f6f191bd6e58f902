using System.Text.Json;

namespace CdpPipeline.Api.Ingest;

/// <summary>Steps over one JSON value, the reader standing on its first token, and says where it lay. No recursion, so no depth can hurt.</summary>
internal static class JsonWalk
{
    private enum Key : byte
    {
        Other,
        Name,
        Category,
        Email,
        Phone,
        GroupId,
        Traits,
    }

    /// <summary>Steps over any value; <paramref name="deepest"/> rises to the reader's depth at the innermost container.</summary>
    public static JsonSlice Skip(ref Utf8JsonReader reader, ref int deepest)
    {
        var kind = reader.TokenType;
        var start = (int)reader.TokenStartIndex;
        var isEscaped = reader.ValueIsEscaped;
        if (kind is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            var depth = reader.CurrentDepth;
            deepest = Math.Max(deepest, depth);
            while (reader.Read() && reader.CurrentDepth > depth)
            {
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) deepest = Math.Max(deepest, reader.CurrentDepth);
            }
        }

        return new JsonSlice(start, (int)reader.BytesConsumed - start, kind, isEscaped);
    }

    /// <summary>Steps over a value and, if it is an object, notes the keys that matter in properties and traits.</summary>
    public static JsonSlice Object(ref Utf8JsonReader reader, ref ObjectFacts facts, ref int deepest)
    {
        JsonSlice traits = default;
        ObjectFacts unused = default;
        return Object(ref reader, ref facts, ref traits, ref unused, isContext: false, ref deepest);
    }

    /// <summary>Steps over a context, noting what its <c>traits</c> hold.</summary>
    public static JsonSlice Context(ref Utf8JsonReader reader, ref JsonSlice traits, ref ObjectFacts traitsFacts, ref int deepest)
    {
        ObjectFacts unused = default;
        return Object(ref reader, ref unused, ref traits, ref traitsFacts, isContext: true, ref deepest);
    }

    private static JsonSlice Object(
        ref Utf8JsonReader reader, ref ObjectFacts facts, ref JsonSlice traits, ref ObjectFacts traitsFacts, bool isContext, ref int deepest)
    {
        if (reader.TokenType != JsonTokenType.StartObject) return Skip(ref reader, ref deepest);
        var start = (int)reader.TokenStartIndex;
        deepest = Math.Max(deepest, reader.CurrentDepth);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            facts.Entries++;
            var key = Match(ref reader);
            reader.Read();
            if (isContext && key == Key.Traits) traits = Object(ref reader, ref traitsFacts, ref deepest);
            else Note(key, Skip(ref reader, ref deepest), ref facts);
        }

        return new JsonSlice(start, (int)reader.BytesConsumed - start, JsonTokenType.StartObject, false);
    }

    private static void Note(Key key, JsonSlice value, ref ObjectFacts facts)
    {
        switch (key)
        {
            case Key.Name: facts.HasName = true; break;
            case Key.Category: facts.HasCategory = true; break;
            case Key.Email: facts.Email = value; break;
            case Key.Phone: facts.Phone = value; break;
            case Key.GroupId: facts.GroupId = value; break;
        }
    }

    private static Key Match(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped) return Match(reader.ValueSpan);
        if (reader.ValueSpan.Length > 64 || !JsonText.IsClean(reader.ValueSpan)) return Key.Other;
        Span<byte> name = stackalloc byte[64];
        return Match(name[..reader.CopyString(name)]);
    }

    private static Key Match(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 when name.SequenceEqual("name"u8) => Key.Name,
        5 when name.SequenceEqual("email"u8) => Key.Email,
        5 when name.SequenceEqual("phone"u8) => Key.Phone,
        6 when name.SequenceEqual("traits"u8) => Key.Traits,
        7 when name.SequenceEqual("groupId"u8) => Key.GroupId,
        8 when name.SequenceEqual("category"u8) => Key.Category,
        _ => Key.Other,
    };
}
