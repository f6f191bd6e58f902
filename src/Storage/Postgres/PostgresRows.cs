using CdpPipeline.Domain.Events;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Storage.Rows;
using Npgsql;

namespace CdpPipeline.Storage.Postgres;

/// <summary>Reads rows of the event table.</summary>
internal static class PostgresRows
{
    /// <summary>The columns with the alias <c>e</c> before each.</summary>
    public static readonly string ColumnsOfE = string.Join(", ", LogRow.Columns.Split(", ").Select(column => $"e.{column}"));

    /// <summary>The current row of a statement that selects <see cref="LogRow.Columns"/>.</summary>
    public static LogRow Read(NpgsqlDataReader row) => new()
    {
        Identity = row.GetInt64(0),
        Seq = row.GetInt64(1),
        Kind = row.GetInt16(2),
        At = row.GetInt64(3),
        Received = row.GetInt64(4),
        Late = row.GetBoolean(5),
        Claimed = row.GetInt32(6),
        Name = Text(row, 7),
        Source = Text(row, 8),
        MessageId = Text(row, 9),
        Identifiers = Text(row, 10),
        Properties = Bytes(row, 11),
        Context = Bytes(row, 12),
    };

    /// <summary>The current row of a statement that selects an event's identity, seq, kind, at, received, name and properties.</summary>
    public static LogRow ReadNamed(NpgsqlDataReader row) => new()
    {
        Identity = row.GetInt64(0),
        Seq = row.GetInt64(1),
        Kind = row.GetInt16(2),
        At = row.GetInt64(3),
        Received = row.GetInt64(4),
        Name = row.GetString(5),
        Properties = Bytes(row, 6),
    };

    /// <summary>The current row of a statement that selects an event's identity, seq, kind and messageId, and the properties where it was removed.</summary>
    public static StoredMessage? ReadMessage(NpgsqlDataReader row) =>
        LogRow.MessageOf(new EventId(row.GetInt64(0), row.GetInt64(1)), row.GetInt16(2), Text(row, 3), Bytes(row, 4));

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static ReadOnlyMemory<byte> Bytes(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? default : row.GetFieldValue<byte[]>(column);
}
