using System.Buffers.Binary;
using System.Text;

namespace CdpPipeline.Api.Tests.Tracing;

/// <summary>A span as a collector gets it, read from OTLP's protobuf (opentelemetry-proto, trace.proto) without anybody's library.</summary>
internal sealed record SentSpan(string TraceId, string SpanId, string ParentId, string Name, IReadOnlyDictionary<string, string> Tags, int Links)
{
    /// <summary>All spans of one export request.</summary>
    public static IEnumerable<SentSpan> Read(byte[] request) =>
        from resource in Fields(request, 1)
        from scope in Fields(resource, 2)
        from span in Fields(scope, 2)
        select new SentSpan(Hex(span, 1), Hex(span, 2), Hex(span, 4), Text(span, 5), Fields(span, 9).ToDictionary(tag => Text(tag, 1), Value), Fields(span, 13).Count());

    private static string Hex(byte[] message, int field) => Convert.ToHexStringLower(Fields(message, field).FirstOrDefault([]));

    private static string Text(byte[] message, int field) => Encoding.UTF8.GetString(Fields(message, field).FirstOrDefault([]));

    // A tag's value is text (1) or an integer (3), told apart by what is there.
    private static string Value(byte[] tag)
    {
        var value = Fields(tag, 2).Single();
        return Fields(value, 1).Any() ? Text(value, 1) : BinaryPrimitives.ReadInt64LittleEndian(Fields(value, 3).Single()).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>All values of one field; numbers as eight bytes.</summary>
    private static IEnumerable<byte[]> Fields(byte[] message, int wanted)
    {
        for (var at = 0; at < message.Length;)
        {
            var key = Number(message, ref at);
            byte[] value;
            switch (key & 7)
            {
                case 0:
                    value = BitConverter.GetBytes(Number(message, ref at));
                    break;
                case 1:
                    value = message[at..(at += 8)];
                    break;
                case 2:
                    var length = (int)Number(message, ref at);
                    value = message[at..(at += length)];
                    break;
                case 5:
                    value = message[at..(at += 4)];
                    break;
                default:
                    throw new InvalidDataException($"Wire type {key & 7} is not protobuf.");
            }

            if (key >> 3 == (ulong)wanted) yield return value;
        }
    }

    private static ulong Number(byte[] message, ref int at)
    {
        var number = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var part = message[at++];
            number |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80) return number;
        }
    }
}
