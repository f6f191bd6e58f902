using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Grains.Sharing;

namespace CdpPipeline.Api.Auth;

/// <summary>
/// Keeps the stored sources and API keys and the tables in memory in step: every change is written first and then takes effect at once in
/// this process. Changes made by other processes take effect when the store is next asked for them (<see cref="SharingOptions.LookEvery"/>).
/// </summary>
public sealed class KeyRing(IDocumentStore documents, WriteKeys writeKeys, ApiKeys apiKeys, SourceRetentions retentions, TimeProvider clock) : IDocumentFollower, IDisposable
{
    /// <summary>The source that exists from the first start on.</summary>
    public const string FirstSource = "default";

    /// <summary>The admin key that exists from the first start on.</summary>
    public const string FirstApiKey = "admin";

    /// <summary>Most API keys.</summary>
    public const int ApiKeysMax = 1_000;

    private readonly SemaphoreSlim turn = new(1, 1);
    private bool isApiKeyConfigured;

    public IReadOnlyList<string> Kinds { get; } = [SourceDocuments.Kind, DeletedSource.Kind, ApiKeyDocuments.Kind];

    /// <summary>Whether the configuration fixes the first source's first key.</summary>
    internal bool IsWriteKeyConfigured { get; private set; }

    /// <summary>Sees to it that there are keys (<see cref="FirstKeySetup"/>), then loads all of them. To be called once, before anything is served.</summary>
    public async Task<FirstKeys> StartAsync(string dataDirectory, IConfiguration configuration, CancellationToken cancellationToken)
    {
        var setup = new FirstKeySetup(documents, configuration, clock);
        (IsWriteKeyConfigured, isApiKeyConfigured) = (setup.IsWriteKeyConfigured, setup.IsApiKeyConfigured);
        var first = await setup.RunAsync(dataDirectory, cancellationToken);
        await LoadAsync(cancellationToken);
        return first;
    }

    public Task FollowAsync(CancellationToken cancellationToken) => ChangeAsync(_ => Task.FromResult(true), cancellationToken);

    public Task<IReadOnlyList<ApiKey>> ApiKeysAsync(CancellationToken cancellationToken) => ApiKeyDocuments.ReadAsync(documents, cancellationToken);

    /// <summary>A new API key; its text is told here and never again. Null: there are <see cref="ApiKeysMax"/>.</summary>
    public async Task<(string Id, string Key)?> AddApiKeyAsync(string name, ApiAccess role, CancellationToken cancellationToken) => await ChangeAsync<(string, string)?>(
        async token =>
        {
            if ((await ApiKeysAsync(token)).Count >= ApiKeysMax) return null;
            var (id, key) = (Guid.CreateVersion7(clock.GetUtcNow()).ToString(), NewKey.ForApi());
            var stored = new ApiKey(id, name, role, WriteKeys.Hash(key), clock.GetUtcNow());
            if (await documents.PutAsync(ApiKeyDocuments.Kind, id, ApiKeyDocuments.Write(stored), expectedVersion: 0, token)) return (id, key);
            throw new StoreUnavailableException($"The API key {id} was made by somebody else; try again.");
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

    /// <summary>Changes what is stored, one change at a time in this process, and has it hold before this returns.</summary>
    internal async Task<T> ChangeAsync<T>(Func<CancellationToken, Task<T>> change, CancellationToken cancellationToken)
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
        var sources = await SourceDocuments.ReadAsync(documents, cancellationToken);
        writeKeys.Replace(sources);
        retentions.Replace(sources, await DeletedSource.ReadAsync(documents, cancellationToken));
        apiKeys.Replace(await ApiKeysAsync(cancellationToken));
    }
}
