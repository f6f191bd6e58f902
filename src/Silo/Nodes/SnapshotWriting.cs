using CdpPipeline.Grains.Identities;

namespace CdpPipeline.Silo.Nodes;

/// <summary>
/// Lets snapshots be written from before the first grain is active until the last has gone, and ends that before the node leaves the cluster: then the
/// others fence it.
/// </summary>
internal sealed class SnapshotWriting(SnapshotQueue snapshots) : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(SnapshotWriting),
        ServiceLifecycleStage.ApplicationServices,
        _ =>
        {
            snapshots.Start();
            return Task.CompletedTask;
        },
        async _ => await snapshots.DisposeAsync());
}
