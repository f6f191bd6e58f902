using System.Text;
using System.Text.Json;
using Orleans.Serialization;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.Serializers;
using Orleans.Serialization.WireProtocol;

namespace CdpPipeline.Silo.Wire;

/// <summary>
/// Carries every message of the grains. Within a node by reference, since messages never change; between nodes as the type's name and
/// <see cref="MessageJson"/>.
/// </summary>
[Alias("cdp.message")]
internal sealed class MessageCodec(JsonSerializerOptions json) : IGeneralizedCodec, IGeneralizedCopier, ITypeFilter
{
    private const uint NameField = 0;
    private const uint BodyField = 1;

    bool IGeneralizedCodec.IsSupportedType(Type type) => type == typeof(MessageCodec) || MessageTypes.Includes(type);

    bool IGeneralizedCopier.IsSupportedType(Type type) => MessageTypes.Includes(type);

    public bool? IsTypeAllowed(Type type) => type == typeof(MessageCodec) || MessageTypes.Includes(type) ? true : null;

    public object? DeepCopy(object? input, CopyContext context) => input;

    public void WriteField<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, object? value)
        where TBufferWriter : System.Buffers.IBufferWriter<byte>
    {
        if (ReferenceCodec.TryWriteReferenceField(ref writer, fieldIdDelta, expectedType, value)) return;
        writer.WriteFieldHeader(fieldIdDelta, expectedType, typeof(MessageCodec), WireType.TagDelimited);
        var type = value!.GetType();
        Write(ref writer, NameField, Encoding.UTF8.GetBytes(MessageTypes.NameOf(type)));
        Write(ref writer, BodyField - NameField, JsonSerializer.SerializeToUtf8Bytes(value, type, json));
        writer.WriteEndObject();
    }

    public object ReadValue<TInput>(ref Reader<TInput> reader, Field field)
    {
        if (field.IsReference) return ReferenceCodec.ReadReference(ref reader, field.FieldType)!;
        field.EnsureWireTypeTagDelimited();
        var placeholder = ReferenceCodec.CreateRecordPlaceholder(reader.Session);
        string? name = null;
        byte[]? body = null;
        uint id = 0;
        while (true)
        {
            var header = reader.ReadFieldHeader();
            if (header.IsEndBaseOrEndObject) break;
            id += header.FieldIdDelta;
            if (id == NameField) name = Encoding.UTF8.GetString(Read(ref reader));
            else if (id == BodyField) body = Read(ref reader);
            else reader.ConsumeUnknownField(header);
        }

        var type = name is null ? null : MessageTypes.Find(name);
        if (type is null || body is null) throw new UnknownMessageException($"A message of the type '{name}' is not known to this node; it may be of a newer build.");
        var value = Parse(name!, body, type);
        ReferenceCodec.RecordObject(reader.Session, value, placeholder);
        return value;
    }

    private object Parse(string name, byte[] body, Type type)
    {
        try
        {
            return JsonSerializer.Deserialize(body, type, json) ?? throw new UnknownMessageException($"A message of the type '{name}' is null.");
        }
        catch (Exception exception) when (exception is JsonException or InvalidDataException)
        {
            // A definition, for one, may hold a condition that this node has never heard of.
            throw new UnknownMessageException($"A message of the type '{name}' holds what this node cannot read; it may be of a newer build.", exception);
        }
    }

    private static void Write<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, byte[] bytes)
        where TBufferWriter : System.Buffers.IBufferWriter<byte>
    {
        ReferenceCodec.MarkValueField(writer.Session);
        writer.WriteFieldHeaderExpected(fieldIdDelta, WireType.LengthPrefixed);
        writer.WriteVarUInt32((uint)bytes.Length);
        writer.Write(bytes);
    }

    private static byte[] Read<TInput>(ref Reader<TInput> reader)
    {
        ReferenceCodec.MarkValueField(reader.Session);
        return reader.ReadBytes(reader.ReadVarUInt32());
    }
}
