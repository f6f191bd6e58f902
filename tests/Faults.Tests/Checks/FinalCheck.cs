using System.Diagnostics;
using CdpPipeline.Faults.Tests.Load;
using CdpPipeline.Faults.Tests.Processes;
using Xunit.Sdk;

namespace CdpPipeline.Faults.Tests.Checks;

/// <summary>What must hold once the load has ended, whatever happened during it.</summary>
internal sealed class FinalCheck(FaultStore store, CdpProcess program, CallLedger ledger, CancellationToken cancellationToken)
{
    // Recovery looks for what another node left half merged every 15 s, a segment backfills again after an outage.
    private static readonly TimeSpan SettleMax = TimeSpan.FromSeconds(25);

    /// <summary>Checks the running program, sends everything once more, kills it, and checks what comes back from the store.</summary>
    public async Task RunAsync()
    {
        Assert.True(ledger.WrongAnswers.Count == 0, $"Wrong answers: {string.Join('\n', ledger.WrongAnswers)}");
        Assert.Equal(ledger.Sent.Count, ledger.AcknowledgedCount);
        var people = ExpectedPerson.Of(ledger.Sent);
        using var api = new ReadApi(program);
        var check = new ApiCheck(api, people, cancellationToken);

        await EventuallyAsync(() => StoreCheck.PeopleAsync(store, people, TimeProvider.System));
        await check.PeopleAsync();
        await check.ProfilesAsync();
        await SegmentsAsync(check, people);
        await check.RetryAsync();
        await StoreCheck.PeopleAsync(store, people, TimeProvider.System);
        await SegmentsAsync(check, people);

        program.Kill();
        await program.StartAsync(cancellationToken);
        await EventuallyAsync(() => StoreCheck.PeopleAsync(store, people, TimeProvider.System));
        await check.PeopleAsync();
        await check.ProfilesAsync();
        await SegmentsAsync(check, people);
    }

    private async Task SegmentsAsync(ApiCheck check, IReadOnlyList<ExpectedPerson> people)
    {
        var segments = await check.SegmentsAsync();
        await EventuallyAsync(async () =>
        {
            await check.CountsAsync(segments);
            await StoreCheck.MembershipsAsync(store, people, segments, TimeProvider.System);
        });
    }

    // What is right only after a moment must become right in bounded time, and the last failure is told.
    private async Task EventuallyAsync(Func<Task> check)
    {
        for (var since = Stopwatch.StartNew(); ;)
        {
            try
            {
                await check();
                return;
            }
            catch (XunitException) when (since.Elapsed < SettleMax)
            {
                await Task.Delay(200, cancellationToken);
            }
        }
    }
}
