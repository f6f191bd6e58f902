using System.Text.Json;
using System.Text.Json.Serialization;

namespace CdpPipeline.Api.Auth;

/// <summary>
/// <c>keys.json</c> in the data directory: the clear text of the keys that were generated at the first start, so that the commands printed
/// at each start work as pasted. Readable by its owner only.
/// </summary>
internal sealed class KeyFile(string dataDirectory)
{
    private string Name => Path.Combine(dataDirectory, "keys.json");

    public FirstKeys Read()
    {
        if (!File.Exists(Name)) return new FirstKeys(null, null);
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Name), KeyFileJson.Default.FirstKeys) ?? new FirstKeys(null, null);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{Name} cannot be read: {exception.Message} Repair it, or remove it and set Cdp:WriteKey and Cdp:ApiKey.", exception);
        }
    }

    /// <summary>Replaces the file as a whole.</summary>
    public void Write(FirstKeys keys)
    {
        Directory.CreateDirectory(dataDirectory);
        var draft = Name + ".new";
        File.Delete(draft);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(draft, options))
        {
            JsonSerializer.Serialize(stream, keys, KeyFileJson.Default.FirstKeys);
            stream.Flush(flushToDisk: true);
        }

        File.Move(draft, Name, overwrite: true);
    }
}

/// <summary>Reads and writes it without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(FirstKeys))]
internal sealed partial class KeyFileJson : JsonSerializerContext;
