using CdpPipeline.Bench;
using CdpPipeline.Bench.Http;

if (BenchArguments.Read(args) is not { } arguments)
{
    Console.Error.WriteLine(BenchArguments.Usage);
    return 2;
}

Console.WriteLine(Machine.Describe());
Console.WriteLine($"{arguments.Command} on {(arguments.Postgres is null ? "SQLite" : "PostgreSQL")}");
Console.WriteLine();
await (arguments.Command switch
{
    BenchCommand.MergeCost => MergeCost.RunAsync(arguments),
    BenchCommand.AppendFlat => AppendFlat.RunAsync(arguments),
    BenchCommand.Memory => MemoryUse.RunAsync(arguments),
    BenchCommand.Segments => SegmentLoad.RunAsync(arguments),
    BenchCommand.FoldCost => Task.Run(() => FoldCost.Run(arguments)),
    BenchCommand.KeptMemory => Task.Run(KeptMemory.Run),
    BenchCommand.Live => LiveLatency.RunAsync(arguments),
    BenchCommand.Backfill => Backfill.RunAsync(arguments),
    BenchCommand.Change => ChangeCost.RunAsync(arguments),
    BenchCommand.Preview => PreviewCost.RunAsync(arguments),
    BenchCommand.DueRestart => DueRestart.RunAsync(arguments),
    BenchCommand.Cluster => ClusterCost.RunAsync(arguments),
    BenchCommand.Overload => Overload.RunAsync(arguments),
    BenchCommand.Retention => RetentionCost.RunAsync(arguments),
    BenchCommand.Due => DueTimes.RunAsync(arguments),
    _ => HttpLoad.RunAsync(arguments),
});
return Environment.ExitCode;
