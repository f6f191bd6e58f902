using CdpPipeline.Api.Http;

namespace CdpPipeline.Silo.Nodes;

/// <summary>
/// Knows whether this process has stood still (stopped, suspended, out of processor time) for so long that the others may have declared it dead: what it
/// remembers of people is then not what they are any more. A thread of its own gives a sign every <see cref="Beat"/>; where signs were missing, none is
/// given until the table of members says that this node is still one of them.
/// </summary>
internal sealed class NodeStanding(IMembershipTable table, ILocalSiloDetails self, ClusterSettings settings) : IStanding, IDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(100);

    // Less than the others take to declare anybody dead.
    private readonly TimeSpan stillMax = 2 * settings.ProbePeriod;
    private readonly ManualResetEventSlim stopping = new();
    private long sign;
    private volatile bool isExpected;
    private Thread? beating;

    /// <summary>How long a process stands still is a matter of real time, whatever clock people's windows go by.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public bool IsGood => !isExpected || Clock.GetElapsedTime(Volatile.Read(ref sign)) <= stillMax;

    /// <summary>To be called once the node is a member.</summary>
    public void Start()
    {
        Expect();
        beating = new Thread(Run) { IsBackground = true, Name = nameof(NodeStanding) };
        beating.Start();
    }

    /// <summary>Gives the first sign; from now on others must follow.</summary>
    internal void Expect()
    {
        Volatile.Write(ref sign, Clock.GetTimestamp());
        isExpected = true;
    }

    /// <summary>Gives a sign, after too long a pause only if the table says that the node is a member.</summary>
    internal async Task SignAsync()
    {
        // From before it is asked, so that standing still meanwhile is noticed too.
        var now = Clock.GetTimestamp();
        if (IsGood || await IsMemberAsync()) Volatile.Write(ref sign, now);
    }

    public void Dispose()
    {
        stopping.Set();
        beating?.Join();
        stopping.Dispose();
    }

    private void Run()
    {
        while (!stopping.Wait(Beat)) SignAsync().GetAwaiter().GetResult();
    }

    private async Task<bool> IsMemberAsync()
    {
        try
        {
            return (await table.ReadRowAsync(self.SiloAddress, CancellationToken.None)).Members is [var (member, _)] && member.Status != SiloStatus.Dead;
        }
        catch (Exception)
        {
            // Nobody can say; it is asked again.
            return false;
        }
    }
}
