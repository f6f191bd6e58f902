using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Profiles;

namespace CdpPipeline.Grains.Identities;

/// <summary>A person without some of her events, what stands in their places, and whether there are more that are too old.</summary>
internal sealed record ExpiredPerson(Person Person, IReadOnlyList<ChangeEntry> Gone, bool HasMore)
{
    /// <summary>Up to this place of the component that was asked for, what is too old stays for consent's sake; 0 for none.</summary>
    public long KeptTo { get; init; }
}
