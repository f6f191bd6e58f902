namespace CdpPipeline.Architecture.Tests;

/// <summary>
/// What one project's assembly may reference: of ours only the projects named, and nothing whose name starts with a
/// forbidden prefix. With <see cref="FrameworkOnly"/>, nothing beyond the base class library. Pure.
/// </summary>
internal sealed record ReferenceRule(string Project, string[] MayUse, string[] MayNotUse, bool FrameworkOnly = false)
{
    private const string OurPrefix = "CdpPipeline.";

    /// <summary>The assembly's name, e.g. <c>CdpPipeline.Domain</c>.</summary>
    public string AssemblyName => OurPrefix + Project;

    /// <summary>The references that break the rule.</summary>
    public IEnumerable<string> Breaches(IEnumerable<string> references) => references.Where(IsBreach);

    private bool IsBreach(string reference) =>
        reference.StartsWith(OurPrefix, StringComparison.Ordinal)
            ? !MayUse.Contains(reference[OurPrefix.Length..])
            : (FrameworkOnly && !IsOf(reference, "System"))
              || MayNotUse.Any(prefix => IsOf(reference, prefix));

    private static bool IsOf(string reference, string prefix) =>
        reference == prefix || reference.StartsWith(prefix + ".", StringComparison.Ordinal);
}
