using System.Security.Cryptography;
using System.Text;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Erasing;

/// <summary>The store's key for hashes of identifiers: made up when it is first needed, kept in the store, and never changed.</summary>
public sealed class SuppressionKey(IDocumentStore documents)
{
    private const string Kind = "suppression-key";
    private const string Id = "1";

    private IdentifierHash? known;

    /// <summary>The hash with the store's key. Whoever is first to ask, on whatever node, makes it up.</summary>
    public async ValueTask<IdentifierHash> HashAsync(CancellationToken cancellationToken)
    {
        while (known is null)
        {
            if (await documents.GetAsync(Kind, Id, cancellationToken) is { } document)
            {
                known = new IdentifierHash(Convert.FromBase64String(Encoding.UTF8.GetString(document.Json.Span).Trim('"')));
                break;
            }

            var made = Convert.ToBase64String(RandomNumberGenerator.GetBytes(IdentifierHash.KeyBytes));
            await documents.PutAsync(Kind, Id, Encoding.UTF8.GetBytes($"\"{made}\""), expectedVersion: 0, cancellationToken);
        }

        return known;
    }
}
