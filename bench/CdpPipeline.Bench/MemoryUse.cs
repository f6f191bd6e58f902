using System.Diagnostics;
using System.Globalization;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Grains.Interfaces;

namespace CdpPipeline.Bench;

/// <summary>How much memory the process takes with many active people, and with all of their profiles read.</summary>
internal static class MemoryUse
{
    private const int EventsEach = 30;
    private const int EventsPerVisit = 5;
    private const double Megabyte = 1 << 20;

    public static async Task RunAsync(BenchArguments arguments)
    {
        await using var host = await BenchHost.StartAsync(arguments);
        var table = new Table("MB", "resident", "highest resident", "GC heap, live", "GC committed");
        Add(table, "nobody yet");
        for (var visit = 0; visit < EventsEach / EventsPerVisit; visit++) await host.PopulateAsync(0, arguments.People, EventsPerVisit);
        Add(table, string.Create(CultureInfo.InvariantCulture, $"{arguments.People:#,0} people of {EventsEach} events"));
        await Parallel.ForEachAsync(
            Enumerable.Range(0, arguments.People),
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (person, token) => await ReadAsync(host.Grains, BenchHost.Person(person), token));
        Add(table, "the same, every profile read once");
        table.Print();
    }

    private static async Task ReadAsync(IGrains grains, Identifier person, CancellationToken cancellationToken)
    {
        var identity = await grains.Alias(person).ResolveAsync(proposal: null, cancellationToken) ?? throw new InvalidOperationException("Nobody owns it.");
        var profile = (await grains.Identity(identity).ProfileAsync(cancellationToken)).Profile ?? throw new InvalidOperationException("There is no profile.");
        if (profile.EventCount != EventsEach) throw new InvalidOperationException($"{profile.EventCount} events instead of {EventsEach}.");
    }

    private static void Add(Table table, string name)
    {
        // Resident first: collecting would make it look better than it was under load.
        using var process = Process.GetCurrentProcess();
        var (resident, highest) = (process.WorkingSet64 / Megabyte, process.PeakWorkingSet64 / Megabyte);
        var live = GC.GetTotalMemory(forceFullCollection: true) / Megabyte;
        table.Add(name, resident, highest, live, GC.GetGCMemoryInfo().TotalCommittedBytes / Megabyte);
    }
}
