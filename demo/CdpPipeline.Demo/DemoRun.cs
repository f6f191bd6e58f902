using System.Globalization;
using CdpPipeline.Demo.Host;
using CdpPipeline.Demo.Retail;

namespace CdpPipeline.Demo;

/// <summary>One run: makes the segments, replays the file while they count, reads everything back and tells what it saw.</summary>
internal sealed class DemoRun(CdpClient client, TextWriter output, TimeProvider clock)
{
    private readonly Progress progress = new(output, ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected, clock);

    public async Task<DemoReport> RunAsync(string path, CancellationToken cancellationToken)
    {
        var file = RetailFile.Read(path);
        var calls = RetailCalls.Of(file).ToList();
        await client.EnsureReadyAsync(cancellationToken);
        TellFile(file);

        var segments = await DemoSegments.EnsureAsync(client, file, cancellationToken);
        var replay = new Replay(client, calls);
        await ReplayAsync(replay, segments, cancellationToken);
        var readBack = new ReadBack(client, file, calls.Select(call => call.MessageId).ToHashSet(StringComparer.Ordinal));
        output.WriteLine();
        output.WriteLine("Reading everybody's timeline back");
        var reading = readBack.RunAsync(cancellationToken);
        await progress.FollowAsync(reading, "people", readBack.People.Count, () => readBack.Done, () => "", () => Task.CompletedTask);

        var report = new DemoReport(file, replay, segments.Counts, await reading);
        var telling = new ReportText(client, output);
        await telling.WriteAsync(report, cancellationToken);
        return report;
    }

    private void TellFile(RetailFile file)
    {
        var customers = file.Invoices.Select(invoice => invoice.CustomerId).OfType<string>().Distinct(StringComparer.Ordinal).Count();
        output.WriteLine("""Real orders of a gift shop, 2010 and 2011. Source: "Online Retail", D. Chen (2015), UCI Machine Learning Repository, CC BY 4.0.""");
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{file.Name}: {file.LineCount:N0} lines ({file.RepeatedLineCount:N0} repeated, kept as billed), {file.Invoices.Count:N0} invoices, {customers:N0} customers"));
        output.WriteLine();
    }

    private async Task ReplayAsync(Replay replay, DemoSegments segments, CancellationToken cancellationToken)
    {
        output.WriteLine($"Replaying to {client.Url}");
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var following = segments.FollowAsync(client, done.Token);
        var elapsed = await progress.FollowAsync(
            replay.RunAsync(cancellationToken),
            "events",
            replay.Total,
            () => replay.Done,
            () => string.Create(CultureInfo.InvariantCulture, $"   in segments: {string.Join(" · ", segments.Counts.Select(segment => segment.MemberCount))}"),
            () => segments.SettleAsync(client, cancellationToken));
        await done.CancelAsync();
        await following.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {replay.Accepted:N0} stored, {replay.Duplicates:N0} there already, {replay.Rejected:N0} rejected, in {elapsed.TotalSeconds:N1} s"));
        if (replay.FirstRejection is { } rejection) output.WriteLine($"  The first rejected: {rejection}");
    }
}
