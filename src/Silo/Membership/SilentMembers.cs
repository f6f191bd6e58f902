using System.Net;
using System.Net.Sockets;
using CdpPipeline.Silo.Nodes;
using Microsoft.Extensions.Logging;

namespace CdpPipeline.Silo.Membership;

/// <summary>
/// Declares dead, before this node joins, the members that nobody is left to miss: nobody listens at their address, and for three probe periods they
/// have given no sign of life. Else a cluster that was killed whole could not start again, since a node joins only when all members answer, and only
/// members notice that one does not. Whoever still listens is left to the probes.
/// </summary>
internal sealed partial class SilentMembers(IMembershipTable table, ClusterSettings settings, ILocalSiloDetails self, ILogger<SilentMembers> logger)
    : ILifecycleParticipant<ISiloLifecycle>
{
    /// <summary>A member that is silent for so many probe periods is dead, if nobody listens at its address either.</summary>
    public const int PeriodsMax = 3;

    // Processes are silent in real time, whatever clock people's windows go by.
    private readonly TimeProvider clock = TimeProvider.System;

    // The table is read from the next stage on.
    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(nameof(SilentMembers), ServiceLifecycleStage.RuntimeGrainServices - 1, SettleAsync);

    /// <summary>Returns when each active member has given a sign of life, or is dead, or is silent but still listens.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        await table.InitializeMembershipTableAsync(true, cancellationToken);
        var firstSeen = new Dictionary<SiloAddress, (DateTime Sign, long At)>();
        var settled = new HashSet<SiloAddress>();
        while (true)
        {
            var late = new List<SiloAddress>();
            foreach (var member in Others(await table.ReadAllAsync(cancellationToken)))
            {
                var address = member.SiloAddress;
                firstSeen.TryAdd(address, (member.IAmAliveTime, clock.GetTimestamp()));
                if (firstSeen[address].Sign != member.IAmAliveTime) settled.Add(address);
                else if (IsPredecessor(member)) await DeclareDeadAsync(address, cancellationToken);
                else if (clock.GetElapsedTime(firstSeen[address].At) >= settings.ProbePeriod * PeriodsMax) late.Add(address);
            }

            var listening = await Task.WhenAll(late.Except(settled).Select(async address => (Address: address, Listens: await ListensAsync(address.Endpoint, cancellationToken))));
            foreach (var (address, listens) in listening)
            {
                if (listens) settled.Add(address);
                else await DeclareDeadAsync(address, cancellationToken);
            }

            if (Others(await table.ReadAllAsync(cancellationToken)).All(member => settled.Contains(member.SiloAddress))) return;
            await Task.Delay(settings.ProbePeriod / 8, cancellationToken);
        }
    }

    private IEnumerable<MembershipEntry> Others(MembershipTableData members) =>
        members.Members.Select(row => row.Item1).Where(member => member.Status == SiloStatus.Active && !member.SiloAddress.Equals(self.SiloAddress));

    /// <summary>Whoever was a member at this node's own address is it no more: the others need not wait to find out.</summary>
    private bool IsPredecessor(MembershipEntry member) => member.SiloAddress.Endpoint.Equals(self.SiloAddress.Endpoint);

    private async Task<bool> ListensAsync(IPEndPoint endpoint, CancellationToken cancellationToken)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(settings.ProbePeriod);
        using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(endpoint, late.Token);
            return true;
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    // Another node that starts may be quicker: then there is nothing left to change, and the next look shows it.
    private async Task DeclareDeadAsync(SiloAddress address, CancellationToken cancellationToken)
    {
        var row = await table.ReadRowAsync(address, cancellationToken);
        if (row.TryGet(address) is not { } found || found.Item1.Status != SiloStatus.Active) return;
        found.Item1.Status = SiloStatus.Dead;
        if (await table.UpdateRowAsync(found.Item1, found.Item2, row.Version.Next(), cancellationToken)) Declared(found.Item1.SiloName, address);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Node {Node} at {Address} died with nobody left to notice; it is declared dead.")]
    private partial void Declared(string node, SiloAddress address);
}
