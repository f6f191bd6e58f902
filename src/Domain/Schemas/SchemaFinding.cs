namespace CdpPipeline.Domain.Schemas;

/// <summary>
/// One way in which a value is not as its schema says: by which of the schema's rules, where in the value, and of what sort the value there is. Never
/// the value itself, nor any part of it but names of members.
/// </summary>
/// <param name="SchemaPath">The rule, as <c>properties.total.minimum</c>.</param>
/// <param name="Path">The place in the value, as <c>total</c>; empty for the value as a whole.</param>
/// <param name="Expected">What the rule asks for: <c>must be at least 0</c>.</param>
/// <param name="Found">What is there: <c>a number</c>, <c>nothing</c>.</param>
public sealed record SchemaFinding(string SchemaPath, string Path, string Expected, string Found)
{
    /// <summary>A sentence without its subject, for whoever sent the value.</summary>
    public override string ToString() => Found == SchemaFindings.Nothing ? Expected : $"{Expected}; it is {Found}";
}
