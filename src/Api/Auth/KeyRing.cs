using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Grains.Sharing;
using Microsoft.Extensions.Options;

namespace CdpPipeline.Api.Auth;

/// <summary>
/// Keeps the stored sources and API keys and the tables in memory in step: every change is written first and then takes effect at once in
/// this process. Changes made by other processes take effect when the store is next asked for them (<see cref="SharingOptions.LookEvery"/>).
/// </summary>
public sealed class KeyRing(IDocumentStore documents, WriteKeys writeKeys, ApiKeys apiKeys, TimeProvider clock) : IDocumentFollower, IDisposable
{
    /// <summary>The source that exists from the first start on.</summary>
    public const string FirstSource = "default";

    /// <summary>The admin key that exists from the first start on.</summary>
    public const string FirstApiKey = "admin";

    private const int AttemptsMax = 8;

    private readonly SemaphoreSlim turn = new(1, 1);
    private bool isWriteKeyConfigured;
    private bool isApiKeyConfigured;

    /// <summary>
    /// Sees to it that a first source and an admin key exist: those of <c>Cdp:WriteKey</c> and <c>Cdp:ApiKey</c>, or else generated ones that
    /// are kept in <see cref="KeyFile"/> in the data directory. Then loads all keys. To be called once, before anything is served.
    /// </summary>
    public async Task<FirstKeys> StartAsync(string dataDirectory, IConfiguration configuration, CancellationToken cancellationToken)
    {
        var file = new KeyFile(dataDirectory);
        var kept = file.Read();
        var (writeKey, apiKey) = (Configured(configuration, "Cdp:WriteKey"), Configured(configuration, "Cdp:ApiKey"));
        isWriteKeyConfigured = writeKey is not null;
        isApiKeyConfigured = apiKey is not null;
        if (!isWriteKeyConfigured && kept.WriteKey is null && await documents.GetAsync(SourceDocuments.Kind, FirstSource, cancellationToken) is null)
            kept = kept with { WriteKey = NewKey.ForSource() };
        if (!isApiKeyConfigured && kept.ApiKey is null && await documents.GetAsync(ApiKeyDocuments.Kind, FirstApiKey, cancellationToken) is null)
            kept = kept with { ApiKey = NewKey.ForApi() };

        // Kept before it is valid: a crash in between must not leave a key that nobody knows.
        if (kept != file.Read()) file.Write(kept);
        writeKey = await EnsureAsync(SourceDocuments.Kind, FirstSource, writeKey ?? kept.WriteKey, isWriteKeyConfigured, HashOfSource, WriteSource, cancellationToken);
        apiKey = await EnsureAsync(ApiKeyDocuments.Kind, FirstApiKey, apiKey ?? kept.ApiKey, isApiKeyConfigured, HashOfApiKey, WriteApiKey, cancellationToken);
        await LoadAsync(cancellationToken);
        return new FirstKeys(writeKey, apiKey);

        static ReadOnlyMemory<byte> HashOfSource(Document stored) => SourceDocuments.Read(stored).KeyHash;
        static ReadOnlyMemory<byte> HashOfApiKey(Document stored) => ApiKeyDocuments.Read(stored).KeyHash;
        static byte[] WriteSource(byte[] hash) => SourceDocuments.Write(new KeyedSource(new Source(FirstSource, FirstSource), hash));
        byte[] WriteApiKey(byte[] hash) => ApiKeyDocuments.Write(new ApiKey(FirstApiKey, FirstApiKey, ApiAccess.Admin, hash, clock.GetUtcNow()));
    }

    public IReadOnlyList<string> Kinds { get; } = [SourceDocuments.Kind, ApiKeyDocuments.Kind];

    public Task FollowAsync(CancellationToken cancellationToken) => ChangeAsync(_ => Task.FromResult(true), cancellationToken);

    public Task<IReadOnlyList<KeyedSource>> SourcesAsync(CancellationToken cancellationToken) => SourceDocuments.ReadAsync(documents, cancellationToken);

    public Task<IReadOnlyList<ApiKey>> ApiKeysAsync(CancellationToken cancellationToken) => ApiKeyDocuments.ReadAsync(documents, cancellationToken);

    /// <summary>A new source; its write key is told here and never again.</summary>
    public async Task<(Source Source, string WriteKey)> AddSourceAsync(string name, IReadOnlyList<string> origins, CancellationToken cancellationToken)
    {
        var (source, key) = (new Source(NewId(), name) { Origins = origins }, NewKey.ForSource());
        await ChangeAsync(token => PutNewAsync(SourceDocuments.Kind, source.Id, SourceDocuments.Write(new KeyedSource(source, WriteKeys.Hash(key))), token), cancellationToken);
        return (source, key);
    }

    /// <summary>A new API key; its text is told here and never again.</summary>
    public async Task<(string Id, string Key)> AddApiKeyAsync(string name, ApiAccess role, CancellationToken cancellationToken)
    {
        var (id, key) = (NewId(), NewKey.ForApi());
        var stored = new ApiKey(id, name, role, WriteKeys.Hash(key), clock.GetUtcNow());
        await ChangeAsync(token => PutNewAsync(ApiKeyDocuments.Kind, id, ApiKeyDocuments.Write(stored), token), cancellationToken);
        return (id, key);
    }

    /// <summary>From now on the source's write key is unknown.</summary>
    public Task<KeyRemoval> RemoveSourceAsync(string id, CancellationToken cancellationToken) => ChangeAsync(
        async token =>
        {
            if (id == FirstSource && isWriteKeyConfigured) return KeyRemoval.Configured;
            if (await documents.GetAsync(SourceDocuments.Kind, id, token) is null) return KeyRemoval.Unknown;
            await documents.DeleteAsync(SourceDocuments.Kind, id, token);
            return KeyRemoval.Removed;
        },
        cancellationToken);

    /// <summary>From now on the key is unknown. The last admin key stays, or nobody could make another.</summary>
    public Task<KeyRemoval> RemoveApiKeyAsync(string id, CancellationToken cancellationToken) => ChangeAsync(
        async token =>
        {
            if (id == FirstApiKey && isApiKeyConfigured) return KeyRemoval.Configured;
            var all = await ApiKeysAsync(token);
            if (all.All(key => key.Id != id)) return KeyRemoval.Unknown;
            if (!all.Any(key => key.Id != id && key.Role == ApiAccess.Admin)) return KeyRemoval.LastAdmin;
            await documents.DeleteAsync(ApiKeyDocuments.Kind, id, token);
            return KeyRemoval.Removed;
        },
        cancellationToken);

    public void Dispose() => turn.Dispose();

    private static string? Configured(IConfiguration configuration, string name)
    {
        var key = configuration[name];
        if (string.IsNullOrEmpty(key)) return null;
        if (key.Length > ApiKeys.LengthMax)
            throw new OptionsValidationException(name, typeof(string), [$"{name} has {key.Length} characters; set one of at most {ApiKeys.LengthMax}."]);
        return key;
    }

    private string NewId() => Guid.CreateVersion7(clock.GetUtcNow()).ToString();

    /// <summary>
    /// Makes the document hold the key if there is none, or if the configuration fixes it. Returns the key, or null when the document holds
    /// another one.
    /// </summary>
    private async Task<string?> EnsureAsync(
        string kind,
        string id,
        string? key,
        bool isConfigured,
        Func<Document, ReadOnlyMemory<byte>> hashOf,
        Func<byte[], byte[]> write,
        CancellationToken cancellationToken)
    {
        if (key is null) return null;
        var hash = WriteKeys.Hash(key);
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            var stored = await documents.GetAsync(kind, id, cancellationToken);
            if (stored is not null && hashOf(stored).Span.SequenceEqual(hash)) return key;
            if (stored is not null && !isConfigured) return null;
            if (await documents.PutAsync(kind, id, write(hash), stored?.Version ?? 0, cancellationToken)) return key;
        }

        throw new StoreUnavailableException($"The {kind} document {id} keeps being changed by somebody else; try again.");
    }

    private async Task<bool> PutNewAsync(string kind, string id, byte[] json, CancellationToken cancellationToken) =>
        await documents.PutAsync(kind, id, json, expectedVersion: 0, cancellationToken)
            ? true
            : throw new StoreUnavailableException($"The {kind} document {id} was made by somebody else; try again.");

    private async Task<T> ChangeAsync<T>(Func<CancellationToken, Task<T>> change, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            var result = await change(cancellationToken);
            await LoadAsync(CancellationToken.None);
            return result;
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        writeKeys.Replace(await SourcesAsync(cancellationToken));
        apiKeys.Replace(await ApiKeysAsync(cancellationToken));
    }
}
