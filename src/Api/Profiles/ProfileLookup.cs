using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Grains.Interfaces;
using Microsoft.Extensions.Options;

namespace CdpPipeline.Api.Profiles;

/// <summary>Looks up the live profiles of a page of identities, a bounded number at once.</summary>
internal sealed class ProfileLookup(IGrains grains, IOptions<ProfileReadOptions> options)
{
    /// <summary>In the order asked for; null for one that was merged in between.</summary>
    public async Task<Profile?[]> FindAsync(IReadOnlyList<IdentityId> ids, CancellationToken cancellationToken)
    {
        var profiles = new Profile?[ids.Count];
        await Parallel.ForAsync(
            0,
            ids.Count,
            new ParallelOptions { MaxDegreeOfParallelism = options.Value.AtOnceMax, CancellationToken = cancellationToken },
            async (i, token) => profiles[i] = (await grains.Identity(ids[i]).ProfileAsync(token)).Profile);
        return profiles;
    }
}
