using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Grains.Ingest;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Ingest;

namespace CdpPipeline.Api.Profiles;

/// <summary>
/// Finds whom a reference means by now, across merges and undone merges. What the alias cache says is only a hint: the profile found
/// must own the identifier, or the search begins again at the store.
/// </summary>
internal sealed class PersonFinder(IGrains grains, IdentityResolver resolver)
{
    private const int AttemptsMax = 8;

    /// <summary>The profile as of now; null when there is nobody.</summary>
    public async ValueTask<Profile?> FindAsync(PersonReference reference, CancellationToken cancellationToken)
    {
        if ((reference.Id ?? await resolver.FindAsync(reference.Identifier!.Value, cancellationToken)) is not { } identity) return null;
        var answer = await grains.Identity(identity).ProfileAsync(cancellationToken);
        return answer.Profile is { } profile && IsMeant(profile, reference) ? profile : await LookAgainAsync(reference, cancellationToken);
    }

    /// <summary>Asks whoever is meant, again when she is merged in between. Default: there is nobody.</summary>
    public async Task<T?> AskAsync<T>(PersonReference reference, Func<IdentityId, Task<(T? Answer, bool IsMoved)>> ask, CancellationToken cancellationToken)
        where T : class
    {
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            if (await FindAsync(reference, cancellationToken) is not { } profile) return null;
            var (answer, isMoved) = await ask(profile.Id);
            if (!isMoved) return answer;
        }

        throw KeepsChanging();
    }

    /// <summary>What this node remembers of the person's identifiers is no longer so.</summary>
    public async Task ForgetAsync(Profile profile, CancellationToken cancellationToken)
    {
        foreach (var linked in profile.Identifiers) await resolver.ForgetAsync(linked.Identifier, cancellationToken);
    }

    private static bool IsMeant(Profile profile, PersonReference reference)
    {
        if (reference.Identifier is not { } identifier) return true;
        var identifiers = profile.Identifiers;
        for (var i = 0; i < identifiers.Count; i++)
        {
            if (identifiers[i].Identifier == identifier) return true;
        }

        return false;
    }

    private static OverloadedException KeepsChanging() => new("The person keeps changing; try again.");

    private async Task<Profile?> LookAgainAsync(PersonReference reference, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            if (reference.Identifier is { } forgotten && attempt > 0) await resolver.ForgetAsync(forgotten, cancellationToken);
            var facts = reference.Id is { } id
                ? await resolver.DescribeAsync(id, cancellationToken)
                : await resolver.DescribeAsync(reference.Identifier!.Value, cancellationToken);
            if (facts is null)
            {
                // A cache may name somebody who never came to be; only the store's word is final.
                if (reference.Id is not null || attempt > 0) return null;
                continue;
            }

            if ((await grains.Identity(facts.Id).ProfileAsync(cancellationToken)).Profile is { } profile && IsMeant(profile, reference)) return profile;
        }

        throw KeepsChanging();
    }
}
