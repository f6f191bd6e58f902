using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Segments;

/// <summary>Keeps how far the backfill is in the store. Losing a note costs time only: what it covers is done once more.</summary>
internal sealed class BackfillNotes(IDocumentStore documents)
{
    private const string Kind = "backfill";
    private const string Id = "progress";

    private long? version;

    public async Task<BackfillDocument?> ReadAsync(CancellationToken cancellationToken)
    {
        var document = await documents.GetAsync(Kind, Id, cancellationToken);
        version = document?.Version ?? 0;
        return document is null ? null : BackfillDocument.Read(document.Json);
    }

    public async Task WriteAsync(BackfillDocument note, CancellationToken cancellationToken)
    {
        if (version is null) await ReadAsync(cancellationToken);
        version = await documents.PutAsync(Kind, Id, note.Write(), version!.Value, cancellationToken) ? version + 1 : null;
    }
}
