using System.Text.Json;
using System.Text.Json.Serialization;

namespace CdpPipeline.Api.History;

/// <summary>How far an import has come: everything before the offset has been answered, and the file of rejected records has so many bytes of it.</summary>
/// <param name="Fingerprint">Of the file's beginning and of the terms on which it is imported; a run goes on only with what is the same.</param>
/// <param name="Begin">How many bytes of the file's beginning the fingerprint is of.</param>
internal sealed record ImportProgress(string Fingerprint, int Begin)
{
    public long Offset { get; init; }

    /// <summary>The line that comes next, counted from 1.</summary>
    public long Line { get; init; } = 1;

    public long Accepted { get; init; }

    public long Duplicates { get; init; }

    public long Rejected { get; init; }

    public long RejectedBytes { get; init; }

    /// <summary>Null when there is none at this place.</summary>
    public static ImportProgress? Read(string path)
    {
        if (!File.Exists(path)) return null;
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), ImportProgressJson.Default.ImportProgress);
        }
        catch (JsonException exception)
        {
            throw new ImportException($"{path} can't be read: {exception.Message} Remove it, and begin anew: what is stored already is not stored twice.");
        }
    }

    /// <summary>Replaces the file as a whole.</summary>
    public void Write(string path)
    {
        File.WriteAllBytes(path + ".new", JsonSerializer.SerializeToUtf8Bytes(this, ImportProgressJson.Default.ImportProgress));
        File.Move(path + ".new", path, overwrite: true);
    }
}

/// <summary>Reads and writes it without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ImportProgress))]
internal sealed partial class ImportProgressJson : JsonSerializerContext;
