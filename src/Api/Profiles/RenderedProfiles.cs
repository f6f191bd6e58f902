using System.Collections.Concurrent;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Profiles;
using Microsoft.Extensions.Options;

namespace CdpPipeline.Api.Profiles;

/// <summary>
/// The bytes of profiles that were asked for lately. They are good for exactly the profile instance and the catalog version they were
/// made from: a grain hands out another instance as soon as anything has changed. Bounded in bytes; the less recently used half goes first.
/// </summary>
internal sealed class RenderedProfiles(SegmentNames names, IOptions<ProfileReadOptions> options)
{
    private readonly long bytesMax = options.Value.RenderedBytesMax / 2;
    private readonly Lock turning = new();
    private volatile Generation young = new();
    private volatile Generation old = new();

    public ValueTask<byte[]> OfAsync(Profile profile, CancellationToken cancellationToken)
    {
        var pending = names.CurrentAsync(cancellationToken);
        return pending.IsCompletedSuccessfully ? new ValueTask<byte[]>(Of(profile, pending.Result)) : new ValueTask<byte[]>(WaitAsync(pending, profile));
    }

    /// <summary>Forgets somebody who is gone.</summary>
    public void Forget(IdentityId id)
    {
        young.Entries.TryRemove(id, out _);
        old.Entries.TryRemove(id, out _);
    }

    private async Task<byte[]> WaitAsync(ValueTask<NamesAt> pending, Profile profile) => Of(profile, await pending);

    private byte[] Of(Profile profile, NamesAt names)
    {
        if (young.Entries.TryGetValue(profile.Id, out var known) && known.IsOf(profile, names)) return known.Bytes;
        var isOld = old.Entries.TryGetValue(profile.Id, out var older) && older.IsOf(profile, names);
        var bytes = isOld ? older!.Bytes : ProfileJson.Render(profile, names);
        Keep(new Rendered(profile, names.Version, bytes));
        return bytes;
    }

    private void Keep(Rendered rendered)
    {
        if (rendered.Bytes.Length > bytesMax) return;
        var into = young;
        into.Entries[rendered.Profile.Id] = rendered;
        if (Interlocked.Add(ref into.Bytes, rendered.Bytes.Length) <= bytesMax) return;
        lock (turning)
        {
            if (into != young) return;
            old = young;
            young = new Generation();
        }
    }

    private sealed class Generation
    {
        // Counts a profile again each time it is rendered anew, so it never counts too little.
        public long Bytes;

        public ConcurrentDictionary<IdentityId, Rendered> Entries { get; } = new();
    }

    private sealed record Rendered(Profile Profile, long Version, byte[] Bytes)
    {
        public bool IsOf(Profile profile, NamesAt names) => ReferenceEquals(Profile, profile) && Version == names.Version;
    }
}
