using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using CdpPipeline.Api.Ingest;

namespace CdpPipeline.Api.History;

/// <summary>
/// Lines that are calls already, each with its <c>type</c>. They are sent as they are, but for a messageId where they have none. What is wrong within a
/// call, the server says of that call.
/// </summary>
internal sealed class NdjsonFormat : IHistoryFormat
{
    // As the server reads: how deep a call may be is its to say.
    private static readonly JsonReaderOptions AnyDepth = new() { MaxDepth = int.MaxValue };

    public HistoryLine Read(FileRecord record)
    {
        var line = record.Bytes.Span;
        if (!Utf8.IsValid(line)) return new HistoryLine(record, null, "is not UTF-8");
        try
        {
            var reader = new Utf8JsonReader(line, AnyDepth);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject) return new HistoryLine(record, null, "is not a JSON object");
            var (isEmpty, isNamed, nullAt) = (true, false, -1);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                isEmpty = false;
                var isMessageId = EventFields.Match(ref reader) == EventField.MessageId;
                reader.Read();
                isNamed |= isMessageId;
                if (isMessageId) nullAt = reader.TokenType == JsonTokenType.Null ? (int)reader.TokenStartIndex : -1;
                reader.Skip();
            }

            // Nothing may be behind the object.
            reader.Read();
            return new HistoryLine(record, isNamed && nullAt < 0 ? line.ToArray() : Named(record, nullAt, isEmpty), null);
        }
        catch (JsonException exception)
        {
            return new HistoryLine(record, null, $"is not JSON: broken at byte {(exception.BytePositionInLine ?? 0) + 1}");
        }
    }

    private static byte[] Named(FileRecord record, int nullAt, bool isEmpty)
    {
        var line = record.Bytes.Span;
        var messageId = Encoding.UTF8.GetBytes($"\"{MessageIds.Of(record)}\"");
        if (nullAt >= 0) return [.. line[..nullAt], .. messageId, .. line[(nullAt + "null".Length)..]];
        return [.. "{\"messageId\":"u8, .. messageId, .. isEmpty ? ""u8 : ","u8, .. line[(line.IndexOf((byte)'{') + 1)..]];
    }
}
