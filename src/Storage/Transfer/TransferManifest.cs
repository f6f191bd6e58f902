using System.Text.Json;

namespace CdpPipeline.Storage.Transfer;

/// <summary>What an archive holds: the last thing written into it, so that one without it is not whole.</summary>
/// <param name="Format">The version of the archive's own form.</param>
/// <param name="Schema">The version of the schema its tables are of.</param>
/// <param name="At">When it was made.</param>
/// <param name="Tables">By name.</param>
public sealed record TransferManifest(int Format, int Schema, DateTimeOffset At, IReadOnlyDictionary<string, TransferredTable> Tables)
{
    internal const int CurrentFormat = 1;

    internal const string EntryName = "manifest.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    internal byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    internal static TransferManifest Read(Stream json)
    {
        try
        {
            return JsonSerializer.Deserialize<TransferManifest>(json, Json) ?? throw new JsonException("null");
        }
        catch (JsonException exception)
        {
            throw new TransferException("The archive's manifest.json can't be read.", exception);
        }
    }
}

/// <summary>How many rows a table has, and the SHA-256 of all of them, each written as a line of JSON, by ascending key.</summary>
public sealed record TransferredTable(long Rows, string Sha256);
