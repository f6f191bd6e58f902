using System.Globalization;

namespace CdpPipeline.Storage;

/// <summary>A storage option has a value that can't work. The message names the key, the value and the remedy.</summary>
public sealed class StorageOptionsException : Exception
{
    public StorageOptionsException()
    {
    }

    public StorageOptionsException(string message)
        : base(message)
    {
    }

    public StorageOptionsException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal static void Unless(bool valid, string key, object? value, string remedy)
    {
        if (!valid) throw new StorageOptionsException(string.Create(CultureInfo.InvariantCulture, $"{key} is '{value}'; {remedy}."));
    }
}
