using System.Collections.Concurrent;

namespace CdpPipeline.Api.Errors;

/// <summary>Lets one line a second through for each kind of fault, and counts what it holds back: where a fault meets every call, telling of each would be a fault of its own.</summary>
internal sealed class FaultLog(TimeProvider clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // The codes are a closed list.
    private readonly ConcurrentDictionary<string, Told> told = new(StringComparer.Ordinal);

    /// <summary>Whether to tell of this one; if so, how many were not told since the last that was.</summary>
    public bool TryTell(string code, out long heldBack)
    {
        var last = told.GetOrAdd(code, _ => new Told());
        lock (last)
        {
            if (last.At is { } at && clock.GetElapsedTime(at) < Pause)
            {
                last.HeldBack++;
                heldBack = 0;
                return false;
            }

            heldBack = last.HeldBack;
            last.HeldBack = 0;
            last.At = clock.GetTimestamp();
            return true;
        }
    }

    private sealed class Told
    {
        public long? At { get; set; }

        public long HeldBack { get; set; }
    }
}
