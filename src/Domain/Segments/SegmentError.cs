namespace CdpPipeline.Domain.Segments;

/// <summary>Why a definition is refused: where (<c>filter.and[1].operator</c>) and what was expected there.</summary>
public sealed record SegmentError(string Path, string Message)
{
    public override string ToString() => $"{Path}: {Message}";
}
