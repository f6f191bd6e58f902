using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Api.Auth;

/// <summary>
/// Changes the stored sources and their write keys. Every change is durable first and then holds at once in this process, and in others once they look
/// (<see cref="Grains.Sharing.SharingOptions.LookEvery"/>).
/// </summary>
public sealed class SourceRing(KeyRing ring, IDocumentStore documents, TimeProvider clock)
{
    /// <summary>Most sources.</summary>
    public const int SourcesMax = 1_000;

    /// <summary>Most keys of one source.</summary>
    public const int KeysMax = 20;

    private const int AttemptsMax = 8;

    public Task<IReadOnlyList<KeyedSource>> ListAsync(CancellationToken cancellationToken) => SourceDocuments.ReadAsync(documents, cancellationToken);

    /// <summary>The source as it is stored; null when there is none.</summary>
    public async Task<KeyedSource?> GetAsync(string id, CancellationToken cancellationToken) =>
        await documents.GetAsync(SourceDocuments.Kind, id, cancellationToken) is { } document ? SourceDocuments.Read(document) : null;

    /// <summary>Adds a source, with an id of its own and a first key; the key is told here and never again. Null: there are <see cref="SourcesMax"/>.</summary>
    public async Task<(KeyedSource Source, string WriteKey)?> AddAsync(Source wanted, CancellationToken cancellationToken) =>
        await ring.ChangeAsync<(KeyedSource, string)?>(
            async token =>
            {
                if ((await ListAsync(token)).Count >= SourcesMax) return null;
                var key = NewKey.ForSource();
                var keyed = new KeyedSource(wanted with { Id = NewId() }, WriteKeys.Hash(key), clock.GetUtcNow());
                if (!await documents.PutAsync(SourceDocuments.Kind, keyed.Source.Id, SourceDocuments.Write(keyed), expectedVersion: 0, token)) throw KeepsChanging(keyed.Source.Id);
                return (keyed, key);
            },
            cancellationToken);

    /// <summary>Changes what is known of a source; its keys stay, and a name that it gives up is remembered. The source as it is now, where it was changed.</summary>
    public Task<(SourceChange Change, KeyedSource? Source)> ReplaceAsync(string id, Func<Source, Source> change, CancellationToken cancellationToken) => UpdateAsync(
        id,
        keyed =>
        {
            var changed = keyed.Source.ChangedTo(change(keyed.Source), clock.GetUtcNow());
            return changed.FormerNames.Count > Source.FormerNamesMax ? (null, SourceChange.TooManyNames) : (keyed with { Source = changed }, SourceChange.Done);
        },
        cancellationToken);

    /// <summary>Adds a key to those that the source has; its text is told here and never again.</summary>
    public async Task<(SourceChange Change, WriteKey? Key, string? Text)> AddKeyAsync(string id, string? label, CancellationToken cancellationToken)
    {
        var text = NewKey.ForSource();
        var key = new WriteKey(NewId(), label, WriteKeys.Hash(text), clock.GetUtcNow());
        var (change, _) = await UpdateAsync(
            id,
            keyed => keyed.Keys.Count >= KeysMax ? (null, SourceChange.Full) : (keyed with { Keys = [.. keyed.Keys, key] }, SourceChange.Done),
            cancellationToken);
        return change == SourceChange.Done ? (change, key, text) : (change, null, null);
    }

    /// <summary>From now on the key is unknown.</summary>
    public async Task<SourceChange> RevokeKeyAsync(string id, string keyId, CancellationToken cancellationToken)
    {
        if (IsConfigured(id) && keyId == WriteKey.First) return SourceChange.Configured;
        var (change, _) = await UpdateAsync(
            id,
            keyed => keyed.Keys.All(key => key.Id != keyId)
                ? (null, SourceChange.Unknown)
                : (keyed with { Keys = [.. keyed.Keys.Where(key => key.Id != keyId)] }, SourceChange.Done),
            cancellationToken);
        return change;
    }

    /// <summary>From now on the source's write keys are unknown. Its retention goes on for the events that it leaves.</summary>
    public Task<SourceChange> RemoveAsync(string id, CancellationToken cancellationToken) => ring.ChangeAsync(
        async token =>
        {
            if (IsConfigured(id)) return SourceChange.Configured;
            if (await documents.GetAsync(SourceDocuments.Kind, id, token) is not { } stored) return SourceChange.Unknown;
            if (!await TryRememberAsync(SourceDocuments.Read(stored).Source, token)) return SourceChange.TooManyDeleted;
            await documents.DeleteAsync(SourceDocuments.Kind, id, token);
            return SourceChange.Done;
        },
        cancellationToken);

    // Before the source is deleted: were it the other way round, what breaks off in between would leave its events for ever.
    private async Task<bool> TryRememberAsync(Source source, CancellationToken cancellationToken)
    {
        var deleted = await DeletedSource.ReadAsync(documents, cancellationToken);
        var left = DeletedSource.Of(source, clock.GetUtcNow());

        // That events are kept for ever must only be said of a name of which somebody else says something.
        var others = (await ListAsync(cancellationToken)).Where(keyed => keyed.Source.Id != source.Id).SelectMany(keyed => keyed.Source.FormerNames);
        var said = others.Concat(deleted.SelectMany(each => each.Names)).Select(former => former.Name).ToHashSet(StringComparer.Ordinal);
        if (source.RetentionDays is null && !left.Names.Any(former => said.Contains(former.Name))) return true;
        if (deleted.Count >= DeletedSource.Max) return false;
        var id = NewId();
        return await documents.PutAsync(DeletedSource.Kind, id, left.Write(), expectedVersion: 0, cancellationToken) ? true : throw KeepsChanging(id);
    }

    private static StoreUnavailableException KeepsChanging(string id) => new($"The source {id} keeps being changed by somebody else; try again.");

    private bool IsConfigured(string id) => id == KeyRing.FirstSource && ring.IsWriteKeyConfigured;

    private string NewId() => Guid.CreateVersion7(clock.GetUtcNow()).ToString();

    private Task<(SourceChange Change, KeyedSource? Source)> UpdateAsync(
        string id, Func<KeyedSource, (KeyedSource? Changed, SourceChange Change)> change, CancellationToken cancellationToken) => ring.ChangeAsync<(SourceChange, KeyedSource?)>(
        async token =>
        {
            for (var attempt = 0; attempt < AttemptsMax; attempt++)
            {
                if (await documents.GetAsync(SourceDocuments.Kind, id, token) is not { } stored) return (SourceChange.Unknown, null);
                var (changed, outcome) = change(SourceDocuments.Read(stored));
                if (changed is null) return (outcome, null);
                if (await documents.PutAsync(SourceDocuments.Kind, id, SourceDocuments.Write(changed), stored.Version, token)) return (outcome, changed);
            }

            throw KeepsChanging(id);
        },
        cancellationToken);
}
