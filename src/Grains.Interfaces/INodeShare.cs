using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Interfaces;

/// <summary>
/// Which part of the work that is shared out among the nodes is this node's. It may change at any time. That two nodes have the same part for a while
/// is harmless; what no node has waits for as long as the host takes to notice.
/// </summary>
public interface INodeShare
{
    /// <summary>The part of this node. Number 0 also does what only one needs to do.</summary>
    DueShard Current { get; }
}
