using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Api.Local;

/// <summary>The share of a node that is alone: everything.</summary>
internal sealed class WholeShare : INodeShare
{
    public DueShard Current => DueShard.All;
}
