using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace CdpPipeline.Client;

/// <summary>Makes a call the JSON that is sent, at the time of the call: what the caller changes afterwards does not matter.</summary>
internal static class CallJson
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    /// <summary>Throws <see cref="ArgumentException"/> for what is no JSON object, or too large.</summary>
    public static QueuedCall Of(CdpClientOptions client, string type, Person? person, IEnumerable<(string Name, object? Value)> fields, CallOptions? options)
    {
        if (person is { UserId: null, AnonymousId: null }) throw new ArgumentException("The person has no id.", nameof(person));
        var messageId = options?.MessageId ?? Guid.NewGuid().ToString("N");
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            json.WriteString("messageId", messageId);
            json.WriteString("timestamp", (options?.Timestamp ?? client.Time.GetUtcNow()).UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture));
            if (person?.UserId is { } userId) json.WriteString("userId", userId);
            if (person?.AnonymousId is { } anonymousId) json.WriteString("anonymousId", anonymousId);
            foreach (var (name, value) in fields) Write(json, name, value, client.Json);
            Write(json, "context", options?.Context, client.Json);
            json.WriteEndObject();
        }

        if (buffer.WrittenCount > client.EventBytesMax)
            throw new ArgumentException($"The event has {buffer.WrittenCount} bytes of JSON; {client.EventBytesMax} are allowed.");
        return new QueuedCall(messageId, buffer.WrittenMemory);
    }

    private static void Write(Utf8JsonWriter json, string name, object? value, JsonSerializerOptions options)
    {
        if (value is null) return;
        if (value is string text)
        {
            json.WriteString(name, text);
            return;
        }

        var element = JsonSerializer.SerializeToElement(value, options);
        if (element.ValueKind != JsonValueKind.Object) throw new ArgumentException($"{name} must become a JSON object, not {element.ValueKind}.", name);
        json.WritePropertyName(name);
        element.WriteTo(json);
    }
}
