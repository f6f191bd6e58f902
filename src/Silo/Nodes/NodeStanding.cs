using System.Diagnostics;
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
    private long sign = Stopwatch.GetTimestamp();
    private Thread? beating;

    public bool IsGood => beating is null || Stopwatch.GetElapsedTime(Volatile.Read(ref sign)) <= stillMax;

    /// <summary>To be called once the node is a member.</summary>
    public void Start()
    {
        Volatile.Write(ref sign, Stopwatch.GetTimestamp());
        beating = new Thread(Run) { IsBackground = true, Name = nameof(NodeStanding) };
        beating.Start();
    }

    public void Dispose()
    {
        stopping.Set();
        beating?.Join();
        stopping.Dispose();
    }

    private void Run()
    {
        while (!stopping.Wait(Beat))
        {
            // From before it is asked, so that standing still meanwhile is noticed too.
            var now = Stopwatch.GetTimestamp();
            if (IsGood || IsMemberAsync().GetAwaiter().GetResult()) Volatile.Write(ref sign, now);
        }
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
