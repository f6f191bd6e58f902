using System.Globalization;

namespace CdpPipeline.Storage;

/// <summary>A newer program has migrated the store, and this one does not know what it would break. The message names both versions, for an operator.</summary>
public sealed class NewerStoreException : Exception
{
    public NewerStoreException()
    {
    }

    public NewerStoreException(string message)
        : base(message)
    {
    }

    public NewerStoreException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal static NewerStoreException Of(int found, int known) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"The store has schema version {found} and this program knows versions up to {known}; start the program that migrated it or a newer one, or restore a backup from before that."));
}
