using System.Text.Json;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Segments;

/// <summary>Reads definitions that were stored, perhaps by a newer build than this.</summary>
internal static class StoredDefinition
{
    /// <exception cref="StoreUnavailableException">
    /// This build does not know what the definition is made of. By an older catalog nobody may be judged, so until the node is updated, or the definition
    /// changed, callers get 503.
    /// </exception>
    public static T Read<T>(string what, string id, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is InvalidDataException or JsonException)
        {
            throw new StoreUnavailableException($"The stored definition of {what} {id} is not known to this build; it may be of a newer one. Update this node.", exception);
        }
    }
}
