namespace CdpPipeline.Domain.Schemas;

/// <summary>Why a schema is refused: where (<c>properties.total.minimum</c>) and what is wrong there.</summary>
public sealed record SchemaError(string Path, string Message)
{
    public override string ToString() => $"{Path}: {Message}";
}
