using System.Globalization;

namespace CdpPipeline.Demo;

/// <summary>Tells how far some work is: on a terminal one line that is written over, elsewhere a line now and then.</summary>
internal sealed class Progress(TextWriter output, bool isTerminal, TimeProvider clock)
{
    private static readonly TimeSpan TerminalPeriod = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LinePeriod = TimeSpan.FromSeconds(1);

    /// <summary>Returns how long the work took. What is to be told besides may need to come to rest first; that is waited for, and not counted.</summary>
    public async Task<TimeSpan> FollowAsync(Task work, string unit, int total, Func<int> done, Func<string> besides, Func<Task> settle)
    {
        var started = clock.GetTimestamp();
        using var timer = new PeriodicTimer(isTerminal ? TerminalPeriod : LinePeriod, clock);
        while (!work.IsCompleted)
        {
            var tick = timer.WaitForNextTickAsync().AsTask();
            if (await Task.WhenAny(work, tick) == tick) Tell(clock.GetElapsedTime(started), end: isTerminal ? "\r" : "\n");
        }

        await work;
        var elapsed = clock.GetElapsedTime(started);
        await settle();
        Tell(elapsed, end: "\n");
        return elapsed;

        void Tell(TimeSpan since, string end)
        {
            var (now, seconds) = (done(), Math.Max(since.TotalSeconds, 0.001));
            var text = string.Create(CultureInfo.InvariantCulture, $"  {now:N0} / {total:N0} {unit}  {now / seconds:N0}/s{besides()}");
            output.Write((isTerminal ? text.PadRight(110) : text) + end);
            output.Flush();
        }
    }
}
