using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace CdpPipeline.Api.History;

/// <summary>Lines that are calls already, each with its <c>type</c>. They are sent as they are, but for a messageId where they have none.</summary>
internal sealed class NdjsonFormat : IHistoryFormat
{
    private static readonly JsonDocumentOptions Depth = new() { MaxDepth = 512 };

    public HistoryLine Read(FileRecord record)
    {
        if (!Utf8.IsValid(record.Bytes.Span)) return new HistoryLine(record, null, "is not UTF-8");
        try
        {
            using var json = JsonDocument.Parse(record.Bytes, Depth);
            if (json.RootElement.ValueKind != JsonValueKind.Object) return new HistoryLine(record, null, "is not a JSON object");
            var isNamed = json.RootElement.TryGetProperty("messageId", out var messageId);
            return new HistoryLine(record, isNamed && messageId.ValueKind != JsonValueKind.Null ? record.Bytes.ToArray() : Named(record, isNamed, json.RootElement), null);
        }
        catch (JsonException exception)
        {
            return new HistoryLine(record, null, $"is not JSON: broken at byte {(exception.BytePositionInLine ?? 0) + 1}");
        }
    }

    private static byte[] Named(FileRecord record, bool isNull, JsonElement call)
    {
        var messageId = MessageIds.Of(record);
        if (isNull)
        {
            var copy = JsonObject.Create(call)!;
            copy["messageId"] = messageId;
            return Encoding.UTF8.GetBytes(copy.ToJsonString());
        }

        var rest = record.Bytes.Span[(record.Bytes.Span.IndexOf((byte)'{') + 1)..];
        var isEmpty = !call.EnumerateObject().Any();
        return [.. "{\"messageId\":\""u8, .. Encoding.UTF8.GetBytes(messageId), .. isEmpty ? "\""u8 : "\","u8, .. rest];
    }
}
