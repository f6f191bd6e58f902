using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Storage.GroupCommit;

/// <summary>
/// Wakes the callers of a committed group, some of them one after the other in one work item of the thread pool: their continuations are
/// short, and a work item for each would cost more than they do.
/// </summary>
internal sealed class Waking(List<PendingAppend> group, IReadOnlyList<AppendResult> results, int from, int to) : IThreadPoolWorkItem
{
    private const int PerWorkItem = 32;

    public static void All(List<PendingAppend> group, IReadOnlyList<AppendResult> results)
    {
        for (var from = 0; from < group.Count; from += PerWorkItem)
        {
            var some = new Waking(group, results, from, Math.Min(from + PerWorkItem, group.Count));
            ThreadPool.UnsafeQueueUserWorkItem(some, preferLocal: false);
        }
    }

    public void Execute()
    {
        for (var i = from; i < to; i++) group[i].TrySetResult(results[i]);
    }
}
