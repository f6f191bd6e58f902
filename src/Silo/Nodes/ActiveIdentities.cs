using System.Collections.Concurrent;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Silo.Shells;

namespace CdpPipeline.Silo.Nodes;

/// <summary>Who is active on this node. Keeps them to a bound: beyond, the longest unused go.</summary>
internal sealed class ActiveIdentities(int activeMax)
{
    private readonly ConcurrentDictionary<IdentityId, IdentityShell> active = new();

    public int Count => active.Count;

    public void Enter(IdentityShell shell) => active[shell.Id] = shell;

    public void Leave(IdentityShell shell) => active.TryRemove(new KeyValuePair<IdentityId, IdentityShell>(shell.Id, shell));

    public Person? Peek(IdentityId id) => active.TryGetValue(id, out var shell) ? shell.Peek() : null;

    /// <summary>Lets go of those beyond the bound. Somebody whose turn is under way goes when it has ended.</summary>
    public void Sweep()
    {
        var excess = active.Count - activeMax;
        if (excess <= 0) return;
        foreach (var (_, shell) in active.OrderBy(each => each.Value.UsedAt).Take(excess)) shell.LetGo();
    }

    /// <summary>Lets go of all, for tests of what is loaded again.</summary>
    public void Clear()
    {
        foreach (var (_, shell) in active) shell.LetGo();
    }
}
