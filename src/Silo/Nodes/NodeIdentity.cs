using System.Net;
using CdpPipeline.Storage;

namespace CdpPipeline.Silo.Nodes;

/// <summary>
/// This start of this node: the name that no other start has, under which it is a member and its writers are known to the store; and its address.
/// </summary>
internal sealed record NodeIdentity(string Name, IPAddress Address)
{
    public static NodeIdentity Of(ClusterSettings settings) => new(NodeName.New(), settings.Advertised());
}
