namespace CdpPipeline.Domain.Segments;

/// <summary>Why a definition is refused: where (<c>filter.and[1].operator</c>) and what was expected there.</summary>
public sealed record SegmentError(string Path, string Message)
{
    /// <summary>Where in the SQL-like text; null for the other spellings.</summary>
    public TextPlace? Place { get; init; }

    /// <summary>What the SQL-like text should have there; null for the other spellings.</summary>
    public string? Expected { get; init; }

    public override string ToString() => $"{Path}: {Message}";
}
