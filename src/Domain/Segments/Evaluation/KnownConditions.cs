namespace CdpPipeline.Domain.Segments;

/// <summary>Which conditions windows know, by their numbers: all up to one, and perhaps one more.</summary>
public readonly record struct KnownConditions(int Through, int? Beside = null)
{
    public static readonly KnownConditions All = new(int.MaxValue);

    public bool Includes(int condition) => condition <= Through || condition == Beside;
}
