using CdpPipeline.Grains.Interfaces.Storage;
using Microsoft.Extensions.Options;

namespace CdpPipeline.Api.Auth;

/// <summary>
/// Sees to it that a first source and an admin key exist: those of <c>Cdp:WriteKey</c> and <c>Cdp:ApiKey</c>, or else generated ones that are kept in
/// <see cref="KeyFile"/>. Whatever else is known of them stays as it is.
/// </summary>
internal sealed class FirstKeySetup(IDocumentStore documents, IConfiguration configuration, TimeProvider clock)
{
    private const int AttemptsMax = 8;

    private readonly string? writeKey = Configured(configuration, "Cdp:WriteKey");
    private readonly string? apiKey = Configured(configuration, "Cdp:ApiKey");

    public bool IsWriteKeyConfigured => writeKey is not null;

    public bool IsApiKeyConfigured => apiKey is not null;

    /// <summary>To be called once, before the keys are loaded.</summary>
    public async Task<FirstKeys> RunAsync(string dataDirectory, CancellationToken cancellationToken)
    {
        var file = new KeyFile(dataDirectory);
        var kept = file.Read();
        if (!IsWriteKeyConfigured && kept.WriteKey is null && await documents.GetAsync(SourceDocuments.Kind, KeyRing.FirstSource, cancellationToken) is null)
            kept = kept with { WriteKey = NewKey.ForSource() };
        if (!IsApiKeyConfigured && kept.ApiKey is null && await documents.GetAsync(ApiKeyDocuments.Kind, KeyRing.FirstApiKey, cancellationToken) is null)
            kept = kept with { ApiKey = NewKey.ForApi() };

        // Kept before it is valid: a crash in between must not leave a key that nobody knows.
        if (kept != file.Read()) file.Write(kept);
        return new FirstKeys(
            await EnsureAsync(SourceDocuments.Kind, KeyRing.FirstSource, writeKey ?? kept.WriteKey, IsWriteKeyConfigured, HasWriteKey, WriteSource, cancellationToken),
            await EnsureAsync(ApiKeyDocuments.Kind, KeyRing.FirstApiKey, apiKey ?? kept.ApiKey, IsApiKeyConfigured, HasApiKey, WriteApiKey, cancellationToken));
    }

    private static string? Configured(IConfiguration configuration, string name)
    {
        var key = configuration[name];
        if (string.IsNullOrEmpty(key)) return null;
        if (key.Length > ApiKeys.LengthMax)
            throw new OptionsValidationException(name, typeof(string), [$"{name} has {key.Length} characters; set one of at most {ApiKeys.LengthMax}."]);
        return key;
    }

    private static bool HasWriteKey(Document stored, byte[] hash) =>
        SourceDocuments.Read(stored).Keys.Any(key => key.Id == WriteKey.First && key.KeyHash.Span.SequenceEqual(hash));

    private static bool HasApiKey(Document stored, byte[] hash) => ApiKeyDocuments.Read(stored).KeyHash.Span.SequenceEqual(hash);

    /// <summary>
    /// Makes the document hold the key if there is none, or if the configuration fixes it. Returns the key, or null when the document holds
    /// another one.
    /// </summary>
    private async Task<string?> EnsureAsync(
        string kind, string id, string? key, bool isConfigured, Func<Document, byte[], bool> holds, Func<Document?, byte[], byte[]> write, CancellationToken cancellationToken)
    {
        if (key is null) return null;
        var hash = WriteKeys.Hash(key);
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            var stored = await documents.GetAsync(kind, id, cancellationToken);
            if (stored is not null && holds(stored, hash)) return key;
            if (stored is not null && !isConfigured) return null;
            if (await documents.PutAsync(kind, id, write(stored, hash), stored?.Version ?? 0, cancellationToken)) return key;
        }

        throw new StoreUnavailableException($"The {kind} document {id} keeps being changed by somebody else; try again.");
    }

    private byte[] WriteSource(Document? stored, byte[] hash)
    {
        var known = stored is null ? new KeyedSource(new Source(KeyRing.FirstSource, KeyRing.FirstSource), []) : SourceDocuments.Read(stored);
        var first = new WriteKey(WriteKey.First, null, hash, clock.GetUtcNow());
        return SourceDocuments.Write(known with { Keys = [first, .. known.Keys.Where(key => key.Id != WriteKey.First)] });
    }

    private byte[] WriteApiKey(Document? stored, byte[] hash)
    {
        var now = clock.GetUtcNow();
        var key = stored is null ? new ApiKey(KeyRing.FirstApiKey, KeyRing.FirstApiKey, ApiAccess.Admin, hash, now) : ApiKeyDocuments.Read(stored) with { KeyHash = hash, CreatedAt = now };
        return ApiKeyDocuments.Write(key);
    }
}
