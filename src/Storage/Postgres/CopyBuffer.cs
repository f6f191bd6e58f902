using System.Buffers.Binary;
using System.Text;
using CdpPipeline.Storage.Rows;

namespace CdpPipeline.Storage.Postgres;

/// <summary>
/// Event rows in PostgreSQL's binary COPY format (documentation, "COPY", section "Binary Format"), built in one buffer that is used
/// again and again. JSON goes in as the UTF-8 it arrived in.
/// </summary>
internal sealed class CopyBuffer
{
    public const string Sql = $"copy event ({LogRow.Columns}) from stdin (format binary)";

    // Beyond this a buffer that one large group needed is not kept.
    private const int KeptBytesMax = 16 << 20;

    private byte[] buffer = new byte[64 << 10];
    private int length;

    public ReadOnlyMemory<byte> Written => buffer.AsMemory(0, length);

    public void Begin()
    {
        if (buffer.Length > KeptBytesMax) buffer = new byte[64 << 10];
        length = 0;
        "PGCOPY\n"u8.CopyTo(Take(7));
        new byte[] { 0xFF, (byte)'\r', (byte)'\n', 0 }.CopyTo(Take(4));
        Take(8).Clear();
    }

    public void Add(in LogRow row)
    {
        BinaryPrimitives.WriteInt16BigEndian(Take(2), LogRow.ColumnCount);
        AddLong(row.Identity);
        AddLong(row.Seq);
        AddShort(row.Kind);
        AddLong(row.At);
        AddLong(row.Received);
        AddBool(row.Late);
        AddInt(row.Claimed);
        AddText(row.Name);
        AddText(row.Source);
        AddText(row.MessageId);
        AddText(row.Identifiers);
        AddBytes(row.Properties.Span);
        if (row.Context.IsEmpty) AddNull();
        else AddBytes(row.Context.Span);
    }

    public void End() => BinaryPrimitives.WriteInt16BigEndian(Take(2), -1);

    private void AddNull() => BinaryPrimitives.WriteInt32BigEndian(Take(4), -1);

    private void AddLong(long value)
    {
        var span = Take(12);
        BinaryPrimitives.WriteInt32BigEndian(span, 8);
        BinaryPrimitives.WriteInt64BigEndian(span[4..], value);
    }

    private void AddInt(int value)
    {
        var span = Take(8);
        BinaryPrimitives.WriteInt32BigEndian(span, 4);
        BinaryPrimitives.WriteInt32BigEndian(span[4..], value);
    }

    private void AddShort(short value)
    {
        var span = Take(6);
        BinaryPrimitives.WriteInt32BigEndian(span, 2);
        BinaryPrimitives.WriteInt16BigEndian(span[4..], value);
    }

    private void AddBool(bool value)
    {
        var span = Take(5);
        BinaryPrimitives.WriteInt32BigEndian(span, 1);
        span[4] = value ? (byte)1 : (byte)0;
    }

    private void AddBytes(ReadOnlySpan<byte> bytes)
    {
        BinaryPrimitives.WriteInt32BigEndian(Take(4), bytes.Length);
        bytes.CopyTo(Take(bytes.Length));
    }

    private void AddText(string? text)
    {
        if (text is null)
        {
            AddNull();
            return;
        }

        var start = length;
        var bytesMax = Encoding.UTF8.GetMaxByteCount(text.Length);
        var span = Take(4 + bytesMax);
        var bytes = Encoding.UTF8.GetBytes(text, span[4..]);
        BinaryPrimitives.WriteInt32BigEndian(span, bytes);
        length = start + 4 + bytes;
    }

    private Span<byte> Take(int count)
    {
        if (length + count > buffer.Length) Array.Resize(ref buffer, Math.Max(checked(length + count), (int)Math.Min(buffer.Length * 2L, Array.MaxLength)));
        var span = buffer.AsSpan(length, count);
        length += count;
        return span;
    }
}
