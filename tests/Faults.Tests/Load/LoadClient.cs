namespace CdpPipeline.Faults.Tests.Load;

/// <summary>
/// One client: sends single calls and batches, and whatever was not acknowledged again and again under the same messageIds, in other
/// batches and in another order.
/// </summary>
internal sealed class LoadClient(CallSender sender, CallGenerator generator, Pace pace, Random random)
{
    private const int BatchMax = 12;

    // A client whose queue is full sends what is in it, also while nobody answers.
    private const int OpenMax = 100;

    private readonly List<Call> open = [];

    /// <summary>Goes on until told to stop, and then until everything it ever sent is acknowledged.</summary>
    public async Task RunAsync(CancellationToken stop, CancellationToken giveUp)
    {
        while (!stop.IsCancellationRequested || open.Count > 0)
        {
            var calls = open.Count >= OpenMax || (open.Count > 0 && (stop.IsCancellationRequested || random.Next(3) == 0)) ? TakeOpen() : MakeNew();
            if (!await (random.Next(20) == 0 ? TrySendTwiceAsync(calls, giveUp) : sender.TrySendAsync(calls, giveUp)))
            {
                open.AddRange(calls);
                await Task.Delay(random.Next(20, 100), giveUp);
            }
            else if (pace.PauseMaxMs > 0)
            {
                await Task.Delay(random.Next(pace.PauseMaxMs), giveUp);
            }
        }
    }

    // As an impatient client does, whose first request is still under way when it sends the second.
    private async Task<bool> TrySendTwiceAsync(List<Call> calls, CancellationToken giveUp) =>
        (await Task.WhenAll(sender.TrySendAsync(calls, giveUp), sender.TrySendAsync(calls, giveUp))).Contains(true);

    private List<Call> MakeNew()
    {
        var calls = new List<Call>();
        for (var count = random.Next(4) == 0 ? random.Next(2, BatchMax) : 1; count > 0; count--) calls.Add(generator.Next(random));
        return calls;
    }

    private List<Call> TakeOpen()
    {
        var calls = new List<Call>();
        for (var count = random.Next(1, BatchMax); count > 0 && open.Count > 0; count--)
        {
            var i = random.Next(open.Count);
            calls.Add(open[i]);
            open.RemoveAt(i);
        }

        return calls;
    }
}
