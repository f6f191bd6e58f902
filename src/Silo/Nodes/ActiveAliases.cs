using System.Collections.Concurrent;
using CdpPipeline.Silo.Shells;

namespace CdpPipeline.Silo.Nodes;

/// <summary>The aliases that are active on this node. Keeps them to a bound: beyond, the longest unused go.</summary>
internal sealed class ActiveAliases(int activeMax)
{
    private readonly ConcurrentDictionary<AliasShell, bool> active = new();

    public int Count => active.Count;

    public void Enter(AliasShell shell) => active[shell] = true;

    public void Leave(AliasShell shell) => active.TryRemove(shell, out _);

    /// <summary>Lets go of those beyond the bound. One whose turn is under way goes when it has ended.</summary>
    public void Sweep()
    {
        var excess = active.Count - activeMax;
        if (excess <= 0) return;

        // Aliases in use change their instants meanwhile; a sort must not see that.
        var used = active.Keys.Select(shell => (Shell: shell, shell.UsedAt)).ToList();
        foreach (var (shell, _) in used.OrderBy(each => each.UsedAt).Take(excess)) shell.LetGo();
    }
}
