using System.Collections.Immutable;

namespace CdpPipeline.Grains.Segments;

/// <summary>
/// Where the way through all people stands: by ascending key and then from the beginning again, until everybody was seen since a version of the
/// catalog was asked for. A newer version joins wherever the way is, so saving many segments costs about one round. Immutable.
/// </summary>
/// <param name="Reached">Everybody up to this key was seen in the round under way.</param>
/// <param name="Passes">The versions under way, oldest first.</param>
internal sealed record BackfillScan(long Reached, ImmutableList<BackfillPass> Passes)
{
    public static readonly BackfillScan Idle = new(0, []);

    /// <summary>The newest version that has been seen by everybody; 0 for none.</summary>
    public long Completed { get; init; }

    /// <summary>The newest version under way; null when there is none.</summary>
    public BackfillPass? Newest => Passes.Count == 0 ? null : Passes[^1];

    /// <summary>Everybody must see this version from now on; one that is not newer than what is under way or done changes nothing.</summary>
    public BackfillScan With(long version)
    {
        if (version <= Completed || version <= Newest?.Version) return this;
        var pass = new BackfillPass(version, Reached, IsWrapped: false);

        // Of two that began at the same place the newer one says it all.
        return this with { Passes = Newest is { IsWrapped: false } last && last.From == Reached ? Passes.SetItem(Passes.Count - 1, pass) : Passes.Add(pass) };
    }

    /// <summary>A page up to this key was seen; null: there is nobody further.</summary>
    public BackfillScan Past(long? lastKey)
    {
        var reached = lastKey ?? 0;
        var passes = lastKey is null ? Passes.ConvertAll(pass => pass.IsWrapped ? pass with { From = 0 } : pass with { IsWrapped = true }) : Passes;
        var completed = passes.Where(pass => pass.IsWrapped && reached >= pass.From).Select(pass => pass.Version).DefaultIfEmpty(Completed).Max();
        return new BackfillScan(reached, passes.RemoveAll(pass => pass.Version <= completed)) { Completed = completed };
    }

    /// <summary>The newest version's share, when keys go up to <paramref name="highestKey"/>.</summary>
    public double Progress(long highestKey) => Newest is not { } pass ? 1
        : Math.Clamp((pass.IsWrapped ? highestKey - pass.From + Reached : Reached - pass.From) / (double)Math.Max(1, highestKey), 0, 1);
}

/// <summary>A version of the catalog, the key after which it joined, and whether the end has been passed since.</summary>
internal sealed record BackfillPass(long Version, long From, bool IsWrapped);
