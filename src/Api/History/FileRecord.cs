namespace CdpPipeline.Api.History;

/// <summary>One record of the file: the line that it begins on, counted from 1, its bytes without the line's end, and where the next one begins.</summary>
internal readonly record struct FileRecord(long Line, ReadOnlyMemory<byte> Bytes, long NextOffset, long NextLine)
{
    /// <summary>It was longer than allowed; its bytes are left out.</summary>
    public bool IsTooLong { get; init; }

    public bool IsBlank => Bytes.Span.Trim(" \t\r\n"u8).IsEmpty && !IsTooLong;
}
