namespace CdpPipeline.Grains.Interfaces.Storage;

/// <summary>
/// Keeps a node that is believed dead from writing. Whoever takes over its work fences it first: once that is done nothing of what the node had under
/// way, or tries later, is ever written.
/// </summary>
public interface IWriterFencing
{
    /// <summary>The name under which this process writes: its own, and never another's.</summary>
    string Node { get; }

    /// <summary>
    /// Cancelled once this process knows that it was fenced: by its next write, or by <see cref="LookAsync"/>. From then on its store is unavailable
    /// for good and it should end.
    /// </summary>
    CancellationToken Fenced { get; }

    /// <summary>
    /// Fences a node by its name, for good. When this returns, each of its commits either was made before or never will be. True: it was not
    /// fenced yet, so what it may have failed to tell of its last commits is this caller's to find out (<see cref="Segments.ISegmentGrain.RecountAsync"/>).
    /// </summary>
    Task<bool> FenceAsync(string node, CancellationToken cancellationToken);

    /// <summary>Finds out whether this process was fenced.</summary>
    Task LookAsync(CancellationToken cancellationToken);
}
