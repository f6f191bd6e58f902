using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Segments;
using CdpPipeline.Grains.Tests.Model;
using Microsoft.Extensions.DependencyInjection;

namespace CdpPipeline.Grains.Tests.Segments;

/// <summary>An audit compares the counter with the rows of the same commits, however many come meanwhile.</summary>
public sealed class AuditTests
{
    private const string Pro = """{"field":"traits.plan","operator":"eq","value":"pro"}""";

    private int events;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_members_come_and_go_every_audit_finds_the_counter_equal_to_the_rows()
    {
        await using var people = await OrderingPeople.OpenAsync(Cancelled);
        var segment = people.House.Grains.Segment(await people.SaveAsync(Pro, Cancelled));
        using var done = new CancellationTokenSource();
        var load = Enumerable.Range(0, 4).Select(lane => Task.Run(
            async () =>
            {
                var random = new Random(lane);
                while (!done.IsCancellationRequested)
                    await IdentifyAsync(people, $"{lane}-{random.Next(50)}", isPro: random.Next(2) == 0);
            },
            Cancelled)).ToList();
        var positions = new HashSet<long>();
        for (var i = 0; positions.Count < 50; i++)
        {
            var audit = await SegmentAudits.SettledAsync(segment, TimeProvider.System, Cancelled);

            Assert.True(audit.IsEqual, $"Audit {i}: the counter is {audit.Counter}, the rows are {audit.Rows}.");
            positions.Add(audit.Positions.Values.Sum());
        }

        await done.CancelAsync();
        await Task.WhenAll(load);
    }

    [Fact]
    public async Task What_is_told_late_is_counted_as_of_the_rows_and_what_came_after_them_is_not()
    {
        await using var people = await OrderingPeople.OpenAsync(Cancelled);
        var id = await people.SaveAsync(Pro, Cancelled);
        await IdentifyAsync(people, "first", isPro: true);
        await using var meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var lagging = new SegmentGrain(id, people.House.Memberships, new GrainMetrics(meters.GetRequiredService<IMeterFactory>()), people.Lane.Clock);
        var before = await lagging.AuditAsync(Cancelled);

        await IdentifyAsync(people, "second", isPro: true);
        var unequal = await lagging.AuditAsync(Cancelled);
        await IdentifyAsync(people, "third", isPro: true);
        var later = (await people.House.Memberships.CountAsync(id, Cancelled)).Commits;
        var deltas = Told(before.Positions, unequal.Positions).Concat(Told(unequal.Positions, later)).ToList();
        foreach (var (writer, commit, previous) in deltas) await lagging.ApplyAsync(new MembershipDelta(id, writer, commit, previous, Entered: 1, Left: 0, people.Lane.Clock.Now), Cancelled);

        Assert.Equal(2, deltas.Count);
        Assert.Equal((1, 1, true), (before.Counter, before.Rows, before.IsEqual));
        Assert.Equal((1, 2, false), (unequal.Counter, unequal.Rows, unequal.IsEqual));
        var settled = await lagging.AuditAsync(Cancelled);
        Assert.Equal((2, 2, true), (settled.Counter, settled.Rows, settled.IsEqual));
        Assert.Equal(unequal.Positions, settled.Positions);
        Assert.Equal(3, (await lagging.CountAsync(Cancelled)).MemberCount);
        Assert.Equal((3, 3), ((await lagging.AuditAsync(Cancelled)).Counter, (await lagging.AuditAsync(Cancelled)).Rows));
    }

    /// <summary>The commits by which positions went on, each a writer's only one.</summary>
    private static IEnumerable<(int Writer, long Commit, long Previous)> Told(IReadOnlyDictionary<int, long> before, IReadOnlyDictionary<int, long> after) =>
        after.Where(each => each.Value > before.GetValueOrDefault(each.Key)).Select(each => (each.Key, each.Value, before.GetValueOrDefault(each.Key)));

    private async Task IdentifyAsync(OrderingPeople people, string user, bool isPro)
    {
        var e = new Event
        {
            Type = EventType.Identify,
            Identifiers = [new Identifier(IdentifierKind.UserId, user)],
            Timestamp = people.Lane.Clock.Now.AddMicroseconds(Interlocked.Increment(ref events)),
            ReceivedAt = people.Lane.Clock.Now,
            Source = "test",
            Properties = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { plan = isPro ? "pro" : "free" })),
        };
        await people.House.Ingest.IngestAsync([e], Cancelled);
    }
}
