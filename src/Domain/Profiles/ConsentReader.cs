using System.Text.Json;

namespace CdpPipeline.Domain.Profiles;

/// <summary>
/// Reads what an event says of consent: Segment's <c>context.consent.categoryPreferences</c> (<c>{"Advertising":true}</c>), and RudderStack's
/// <c>context.consentManagement</c> with its <c>allowedConsentIds</c> and <c>deniedConsentIds</c>. Where they differ the former counts, and of the
/// latter what denies. Whatever has another shape says nothing; so does a category with a name that is empty or longer than
/// <see cref="NameLengthMax"/>, and what comes after <see cref="CategoriesMax"/>. Pure.
/// </summary>
public static class ConsentReader
{
    /// <summary>Longest name of a category, in UTF-16 characters.</summary>
    public const int NameLengthMax = 128;

    /// <summary>Most categories that one event can speak of.</summary>
    public const int CategoriesMax = 100;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = 64 };

    /// <summary>Whether the context may speak of consent at all. Cheap; true too often does no harm. The stores ask the same of a stored context.</summary>
    public static bool MaySpeak(ReadOnlyMemory<byte> context) => context.Span.IndexOf("\"consent"u8) >= 0;

    /// <summary>What the context, a valid JSON object or nothing, says of each category.</summary>
    public static IReadOnlyDictionary<string, bool> Read(ReadOnlyMemory<byte> context)
    {
        var said = new Dictionary<string, bool>(StringComparer.Ordinal);
        if (!MaySpeak(context)) return said;
        var preferences = new Dictionary<string, bool>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(context.Span, Options);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return said;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            // As the stores look for it, an escaped name is another.
            var isConsent = !reader.ValueIsEscaped && reader.ValueTextEquals("consent"u8);
            var isManagement = !reader.ValueIsEscaped && reader.ValueTextEquals("consentManagement"u8);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject) reader.Skip();
            else if (isConsent) ReadConsent(ref reader, preferences);
            else if (isManagement) ReadManagement(ref reader, said);
            else reader.Skip();
        }

        foreach (var (category, granted) in preferences) Say(said, category, granted);
        return said;
    }

    private static void ReadConsent(ref Utf8JsonReader reader, Dictionary<string, bool> preferences)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isPreferences = reader.ValueTextEquals("categoryPreferences"u8);
            reader.Read();
            if (!isPreferences || reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var category = reader.GetString()!;
                reader.Read();
                if (reader.TokenType is JsonTokenType.True or JsonTokenType.False) Say(preferences, category, reader.TokenType == JsonTokenType.True);
                else reader.Skip();
            }
        }
    }

    private static void ReadManagement(ref Utf8JsonReader reader, Dictionary<string, bool> said)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isAllowed = reader.ValueTextEquals("allowedConsentIds"u8);
            var isDenied = reader.ValueTextEquals("deniedConsentIds"u8);
            reader.Read();
            if ((!isAllowed && !isDenied) || reader.TokenType != JsonTokenType.StartArray)
            {
                reader.Skip();
                continue;
            }

            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (reader.TokenType != JsonTokenType.String) reader.Skip();
                else if (reader.GetString()! is var category && (isDenied || !said.ContainsKey(category))) Say(said, category, isAllowed);
            }
        }
    }

    private static void Say(Dictionary<string, bool> said, string category, bool granted)
    {
        if (category.Length is 0 or > NameLengthMax || (said.Count >= CategoriesMax && !said.ContainsKey(category))) return;
        said[category] = granted;
    }
}
