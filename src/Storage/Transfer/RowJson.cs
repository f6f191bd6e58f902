using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CdpPipeline.Storage.Transfer;

/// <summary>One row as a line of JSON: an array of its values in the order of the columns. The same row is the same bytes, whichever store it comes from.</summary>
internal static class RowJson
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>A writer for <see cref="Write"/>.</summary>
    public static Utf8JsonWriter Writer(IBufferWriter<byte> line) => new(line, Plain);

    /// <summary>Writes the row with the end of its line.</summary>
    public static void Write(Utf8JsonWriter json, ArrayBufferWriter<byte> line, object?[] row)
    {
        line.ResetWrittenCount();
        json.Reset();
        json.WriteStartArray();
        foreach (var value in row) WriteValue(json, value);
        json.WriteEndArray();
        json.Flush();
        line.Write("\n"u8);
    }

    /// <summary>Reads a line into the row.</summary>
    /// <exception cref="TransferException">It is not a row of the table.</exception>
    public static void Read(ReadOnlySpan<byte> line, TransferTable table, object?[] row)
    {
        try
        {
            var json = new Utf8JsonReader(line);
            Expect(json.Read() && json.TokenType == JsonTokenType.StartArray);
            for (var i = 0; i < row.Length; i++)
            {
                Expect(json.Read());
                row[i] = ReadValue(ref json, table.Columns[i].Type);
            }

            Expect(json.Read() && json.TokenType == JsonTokenType.EndArray && !json.Read());
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new TransferException($"The archive holds a line in {table.Name} that is not a row of that table.", exception);
        }

        static void Expect(bool holds)
        {
            if (!holds) throw new FormatException("Another number of values.");
        }
    }

    private static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case long number: json.WriteNumberValue(number); break;
            case int number: json.WriteNumberValue(number); break;
            case short number: json.WriteNumberValue(number); break;
            case bool truth: json.WriteBooleanValue(truth); break;
            case string text: json.WriteStringValue(text); break;
            case Guid id: json.WriteStringValue(id); break;
            case byte[] bytes: json.WriteBase64StringValue(bytes); break;
            default: throw new ArgumentException($"A value of type {value.GetType()}.", nameof(value));
        }
    }

    private static object? ReadValue(ref Utf8JsonReader json, TransferType type) => json.TokenType == JsonTokenType.Null
        ? null
        : type switch
        {
            TransferType.Long => json.GetInt64(),
            TransferType.Int => json.GetInt32(),
            TransferType.Short => json.GetInt16(),
            TransferType.Boolean => json.GetBoolean(),
            TransferType.Text => json.GetString(),
            TransferType.Guid => json.GetGuid(),
            _ => json.GetBytesFromBase64(),
        };
}
