using CdpPipeline.Domain.Identifiers;

namespace CdpPipeline.Grains.Bulk;

/// <summary>Who a definition holds for, and beside a saved segment who would enter and leave it.</summary>
public sealed class DefinitionMatches
{
    /// <summary>As many people are named of each kind; all are counted.</summary>
    public const int NamedMax = 50;

    public NamedPeople All { get; } = new();

    public NamedPeople Entering { get; } = new();

    public NamedPeople Leaving { get; } = new();

    internal void Add(IdentityId id, bool isMatch, bool isMember)
    {
        if (isMatch) All.Add(id);
        if (isMatch && !isMember) Entering.Add(id);
        if (isMember && !isMatch) Leaving.Add(id);
    }
}

/// <summary>A number of people, and the newest of them by name.</summary>
public sealed class NamedPeople
{
    private readonly List<IdentityId> first = [];

    public long Count { get; private set; }

    /// <summary>At most <see cref="DefinitionMatches.NamedMax"/>, those created last first.</summary>
    public IReadOnlyList<IdentityId> First => first;

    internal void Add(IdentityId id)
    {
        Count++;
        if (first.Count < DefinitionMatches.NamedMax) first.Add(id);
    }
}
