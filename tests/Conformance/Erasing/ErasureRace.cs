using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Ingest;
using CdpPipeline.Grains.Interfaces.Ingest;
using CdpPipeline.Grains.Tests.Model;

namespace CdpPipeline.Grains.Tests.Erasing;

/// <summary>
/// A person of two merged identities is erased at one house while many clients send events of hers to that one and to another on the same store. Each event
/// that was answered as stored must be among those that the receipt counts, or a new person's; and never with suppression.
/// </summary>
internal sealed class ErasureRace(House erasing, House other, int round, bool suppresses, Func<string?, Identifier[], Event> newEvent)
{
    private const int Clients = 24;
    private const int EventsEach = 12;

    private readonly Identifier user = new(IdentifierKind.UserId, $"u{round}");
    private readonly Identifier one = new(IdentifierKind.AnonymousId, $"a{round}");
    private readonly Identifier two = new(IdentifierKind.AnonymousId, $"b{round}");

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var before = await Task.WhenAll(SendAsync(erasing, [two], cancellationToken), SendAsync(erasing, [user, one], cancellationToken));
        var joined = await SendAsync(erasing, [user, two], cancellationToken);
        Identifier[][] spellings = [[user], [one], [two], [user, two], [one, two]];
        var sent = 0;
        var half = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var clients = Enumerable.Range(0, Clients).Select(client => Task.Run(
            async () =>
            {
                var outcomes = new List<IngestOutcome>();
                for (var i = 0; i < EventsEach; i++)
                {
                    if (Interlocked.Increment(ref sent) == Clients * (2 + (round % 8))) half.TrySetResult();
                    outcomes.Add(await SendAsync(client % 2 == 0 ? erasing : other, spellings[(client + i) % spellings.Length], cancellationToken));
                }

                return outcomes;
            },
            cancellationToken)).ToList();
        await half.Task;
        var receipt = (await AgainAsync(() => erasing.Eraser.EraseAsync(joined.Identity, suppresses, cancellationToken)))!;
        var outcomes = (await Task.WhenAll(clients)).SelectMany(each => each).Concat(before).Append(joined).ToList();

        var stored = outcomes.Count(outcome => outcome.Status == IngestStatus.Stored);
        Assert.Equal(outcomes.Count - stored, outcomes.Count(outcome => outcome.Status == IngestStatus.Suppressed));
        var left = 0L;
        foreach (var house in new[] { erasing, other })
        {
            left = 0;
            foreach (var id in (await house.Index.ListAsync(null, null, 1_000, cancellationToken)).Select(found => found.Id))
            {
                var profile = (await house.Grains.Identity(id).ProfileAsync(cancellationToken)).Profile;
                if (profile?.Identifiers.Any(linked => linked.Identifier == user || linked.Identifier == one || linked.Identifier == two) == true) left += profile.EventCount;
            }
        }

        Assert.Equal(stored, receipt.Counts.Events + left);
        Assert.NotNull(receipt.CompletedAt);
        if (suppresses) Assert.Equal(0, left);
        else Assert.Equal(stored, outcomes.Count);
        foreach (var identifier in (Identifier[])[user, one, two])
        {
            if (suppresses) Assert.Null(await other.Index.FindOwnerAsync(identifier, cancellationToken));
            foreach (var house in new[] { other, erasing })
                Assert.Equal(suppresses ? IngestStatus.Suppressed : IngestStatus.Stored, (await SendAsync(house, [identifier], cancellationToken)).Status);
        }
    }

    private Task<IngestOutcome> SendAsync(House house, Identifier[] identifiers, CancellationToken cancellationToken) =>
        AgainAsync(async () => (await house.Ingest.IngestAsync([newEvent(null, identifiers)], cancellationToken))[0]);

    /// <summary>Two activations of one person may keep each other from writing for long: then nothing is stored, and a client tries again.</summary>
    private static async Task<T> AgainAsync<T>(Func<Task<T>> call)
    {
        while (true)
        {
            try
            {
                return await call();
            }
            catch (OverloadedException)
            {
                await Task.Yield();
            }
        }
    }
}
