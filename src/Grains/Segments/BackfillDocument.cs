using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CdpPipeline.Grains.Segments;

/// <summary>How far a backfill is, as it is stored: the newest version under way, and who must be come back to.</summary>
internal sealed record BackfillDocument(long Version, long From, long Reached, bool IsWrapped, bool IsScanned, IReadOnlyList<Guid> Stragglers)
{
    public static BackfillDocument Of(BackfillScan scan, IReadOnlyList<Guid> stragglers) => scan.Newest is { } pass
        ? new BackfillDocument(pass.Version, pass.From, scan.Reached, pass.IsWrapped, IsScanned: false, stragglers)
        : new BackfillDocument(scan.Completed, 0, 0, IsWrapped: true, IsScanned: true, stragglers);

    public static BackfillDocument Read(ReadOnlyMemory<byte> json) => JsonSerializer.Deserialize(json.Span, BackfillDocumentJson.Default.BackfillDocument)!;

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, BackfillDocumentJson.Default.BackfillDocument);

    public BackfillScan ToScan() => IsScanned
        ? BackfillScan.Idle with { Completed = Version }
        : new BackfillScan(Reached, ImmutableList.Create(new BackfillPass(Version, From, IsWrapped)));
}

[JsonSerializable(typeof(BackfillDocument))]
internal sealed partial class BackfillDocumentJson : JsonSerializerContext;
