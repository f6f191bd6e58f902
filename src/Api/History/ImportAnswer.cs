namespace CdpPipeline.Api.History;

/// <summary>What the server made of some calls: how many it stored, had already, and why it rejected others.</summary>
internal sealed record ImportAnswer(long Accepted, long Duplicates, IReadOnlyList<(HistoryLine Line, string Reason)> Rejected)
{
    public ImportAnswer With(ImportAnswer other) => new(Accepted + other.Accepted, Duplicates + other.Duplicates, [.. Rejected, .. other.Rejected]);
}
