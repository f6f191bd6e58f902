using System.Collections.Frozen;
using System.Text.Json;
using CdpPipeline.Api.Auth;
using CdpPipeline.Domain.Plans;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Grains.Sharing;

namespace CdpPipeline.Api.Plans;

/// <summary>
/// Keeps the stored tracking plans and those in memory in step: a change is written first and is then in force at once in this process, in others when
/// they next ask the store (<see cref="SharingOptions.LookEvery"/>). Each plan is compiled once. The plan and the violations of a source that is gone go too.
/// </summary>
internal sealed class PlanRing(IDocumentStore documents, PlanTable table) : IDocumentFollower, IDisposable
{
    private const int AttemptsMax = 8;

    private readonly SemaphoreSlim turn = new(1, 1);
    private Dictionary<string, (long Version, TrackingPlan Plan)> compiled = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Kinds { get; } = [PlanDocuments.Kind, SourceDocuments.Kind];

    /// <summary>The source's plan as it was sent; null when it has none.</summary>
    public Task<Document?> FindAsync(string source, CancellationToken cancellationToken) => documents.GetAsync(PlanDocuments.Kind, source, cancellationToken);

    public async Task<bool> HasSourceAsync(string source, CancellationToken cancellationToken) =>
        await documents.GetAsync(SourceDocuments.Kind, source, cancellationToken) is not null;

    /// <summary>Puts a plan, which must have been read without an error, in the place of the source's former one.</summary>
    public async Task PutAsync(string source, JsonElement plan, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var known = await FindAsync(source, cancellationToken);
            if (await documents.PutAsync(PlanDocuments.Kind, source, PlanDocuments.Write(plan), known?.Version ?? 0, cancellationToken)) break;
            if (attempt == AttemptsMax) throw new StoreUnavailableException($"The plan of source {source} keeps being changed by somebody else; try again.");
        }

        await FollowAsync(CancellationToken.None);
    }

    /// <summary>False when there is none.</summary>
    public async Task<bool> RemoveAsync(string source, CancellationToken cancellationToken)
    {
        if (await FindAsync(source, cancellationToken) is null) return false;
        await DeleteAsync(source, cancellationToken);
        await FollowAsync(CancellationToken.None);
        return true;
    }

    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            // The sources are read after the plans: each plan's source was there before it.
            var stored = await documents.ListAsync(PlanDocuments.Kind, cancellationToken);
            var sources = stored.Count == 0 ? [] : (await documents.ListAsync(SourceDocuments.Kind, cancellationToken)).Select(source => source.Id).ToHashSet(StringComparer.Ordinal);
            var current = new Dictionary<string, (long Version, TrackingPlan Plan)>(StringComparer.Ordinal);
            foreach (var document in stored)
            {
                if (!sources.Contains(document.Id)) await DeleteAsync(document.Id, cancellationToken);
                else if (compiled.TryGetValue(document.Id, out var known) && known.Version == document.Version) current.Add(document.Id, known);
                else current.Add(document.Id, (document.Version, PlanDocuments.Read(document)));
            }

            compiled = current;
            table.Replace(current.ToFrozenDictionary(each => each.Key, each => each.Value.Plan, StringComparer.Ordinal));
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    private async Task DeleteAsync(string source, CancellationToken cancellationToken)
    {
        await documents.DeleteAsync(PlanDocuments.Kind, source, cancellationToken);
        await documents.DeleteAsync(ViolationStore.Kind, source, cancellationToken);
    }
}
