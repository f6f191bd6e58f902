using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using CdpPipeline.Grains;

namespace CdpPipeline.Api.Metrics;

/// <summary>
/// Which instruments a host exports: all of its own, and a choice of its web server's and of the runtime's. Of two hosts in one process each
/// exports its own; the runtime is everybody's.
/// </summary>
internal sealed class ExportedMeters(IMeterFactory factory, Meter store)
{
    private static readonly FrozenDictionary<string, FrozenSet<string>> Framework = new Dictionary<string, FrozenSet<string>>
    {
        ["Microsoft.AspNetCore.Hosting"] = Set("http.server.request.duration", "http.server.active_requests"),
        ["Microsoft.AspNetCore.Server.Kestrel"] = Set("kestrel.active_connections", "kestrel.queued_connections", "kestrel.rejected_connections"),
        ["System.Runtime"] = Set(
            "dotnet.gc.collections",
            "dotnet.gc.pause.time",
            "dotnet.gc.heap.total_allocated",
            "dotnet.gc.last_collection.memory.committed_size",
            "dotnet.process.cpu.time",
            "dotnet.process.memory.working_set",
            "dotnet.thread_pool.thread.count",
            "dotnet.thread_pool.queue.length",
            "dotnet.thread_pool.work_item.count",
            "dotnet.monitor.lock_contentions"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The names of all meters that have something to export.</summary>
    public IReadOnlyList<string> Names => [GrainMetrics.MeterName, store.Name, .. Framework.Keys];

    public bool Includes(Instrument instrument)
    {
        var meter = instrument.Meter;
        if (meter == store) return true;
        if (meter.Name == GrainMetrics.MeterName) return meter.Scope == factory;
        return (meter.Scope is null || meter.Scope == factory) && Framework.TryGetValue(meter.Name, out var names) && names.Contains(instrument.Name);
    }

    private static FrozenSet<string> Set(params string[] names) => names.ToFrozenSet(StringComparer.Ordinal);
}
