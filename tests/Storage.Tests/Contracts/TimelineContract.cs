using System.Diagnostics;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Log;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Storage.Tests.Contracts;

/// <summary>Pages of timelines against a plain sort in memory.</summary>
public abstract class TimelineContract(IStoreFixture fixture) : StoreContract(fixture)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Any_page_of_any_timeline_equals_a_plain_sort(int seed)
    {
        var random = new Random(seed);
        var all = new List<StoredEvent>();
        var keys = new List<long>();
        for (var component = 0; component < 1 + random.Next(4); component++) keys.Add(await GenerateAsync(random, all));
        var expected = all.OrderByDescending(TimelinePosition.Of).ToList();

        for (var i = 0; i < 120; i++)
        {
            var query = new TimelineQuery(1 + random.Next(30))
            {
                IsOldestFirst = random.Next(2) == 0,
                Before = random.Next(3) == 0 ? null : Nearby(random, expected),
                After = random.Next(3) == 0 ? Nearby(random, expected) : null,
                From = random.Next(3) == 0 ? expected[random.Next(expected.Count)].Event.Timestamp.AddMicroseconds(random.Next(-1, 2)) : null,
                To = random.Next(3) == 0 ? expected[random.Next(expected.Count)].Event.Timestamp.AddMicroseconds(random.Next(-1, 2)) : null,
                Name = random.Next(3) == 0 ? $"E{random.Next(5)}" : null,
            };

            var page = await Log.ReadTimelineAsync(keys, query, Token);

            var ordered = query.IsOldestFirst ? Enumerable.Reverse(expected) : expected;
            var wanted = ordered.Where(stored =>
                (query.Before is not { } before || TimelinePosition.Of(stored).CompareTo(before) < 0)
                && (query.After is not { } after || TimelinePosition.Of(stored).CompareTo(after) > 0)
                && (query.From is not { } from || stored.Event.Timestamp >= from)
                && (query.To is not { } to || stored.Event.Timestamp <= to)
                && (query.Name is not { } name || stored.Event.Name == name)).Take(query.Limit);
            Assert.True(wanted.Select(Written.Out).SequenceEqual(page.Select(Written.Out)), $"seed {seed}, case {i}: {query}");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Paging_to_the_end_shows_every_event_once(bool isOldestFirst)
    {
        var random = new Random(99);
        var all = new List<StoredEvent>();
        long[] keys = [await GenerateAsync(random, all), await GenerateAsync(random, all), await GenerateAsync(random, all)];

        var seen = new List<StoredEvent>();
        var query = new TimelineQuery(7) { IsOldestFirst = isOldestFirst };
        while (true)
        {
            var page = await Log.ReadTimelineAsync(keys, query, Token);
            seen.AddRange(page);
            if (page.Count < 7) break;
            var reached = TimelinePosition.Of(page[^1]);
            query = isOldestFirst ? query with { After = reached } : query with { Before = reached };
        }

        var sorted = isOldestFirst ? all.OrderBy(TimelinePosition.Of) : all.OrderByDescending(TimelinePosition.Of);
        Assert.Equal(sorted.Select(stored => stored.Id), seen.Select(stored => stored.Id));
    }

    [Fact]
    public async Task An_empty_timeline_has_no_pages()
    {
        var created = await CreateAsync();

        Assert.Empty(await Log.ReadTimelineAsync([created.Key], new TimelineQuery(10), Token));
        Assert.Empty(await Log.ReadTimelineAsync([created.Key], new TimelineQuery(10) { Before = new TimelinePosition(Noon, Noon, 1, 1), From = Noon }, Token));
        Assert.Empty(await Log.ReadTimelineAsync([], new TimelineQuery(10), Token));
    }

    [Fact]
    public async Task A_page_deep_in_a_long_timeline_costs_about_as_much_as_the_first()
    {
        const int Events = 60_000;
        var created = await CreateAsync();
        for (var seq = 1; seq <= Events; seq += 5_000) await CommitAsync([.. Enumerable.Range(seq, 5_000).Select(at => Entry(created.Key, at))]);

        var middle = new TimelinePosition(Noon.AddSeconds(Events / 2), DateTimeOffset.MinValue, 0, 0);
        var first = await FastestAsync(new TimelineQuery(50));
        var deep = await FastestAsync(new TimelineQuery(50) { Before = middle });
        var forward = await FastestAsync(new TimelineQuery(50) { After = middle, IsOldestFirst = true });

        // A scan of half the timeline would take hundreds of times as long as a page.
        Assert.True(deep < (first * 20) + TimeSpan.FromMilliseconds(20), $"first page {first}, deep page {deep}");
        Assert.True(forward < (first * 20) + TimeSpan.FromMilliseconds(20), $"first page {first}, deep page forward {forward}");

        async Task<TimeSpan> FastestAsync(TimelineQuery query)
        {
            var fastest = TimeSpan.MaxValue;
            for (var i = 0; i < 10; i++)
            {
                var start = Stopwatch.GetTimestamp();
                Assert.Equal(50, (await Log.ReadTimelineAsync([created.Key], query, Token)).Count);
                var elapsed = Stopwatch.GetElapsedTime(start);
                if (elapsed < fastest) fastest = elapsed;
            }

            return fastest;
        }
    }

    private static TimelinePosition Nearby(Random random, List<StoredEvent> events)
    {
        var position = TimelinePosition.Of(events[random.Next(events.Count)]);
        return random.Next(4) switch
        {
            0 => position with { Seq = position.Seq + random.Next(-1, 2) },
            1 => position with { ReceivedAt = position.ReceivedAt.AddMicroseconds(random.Next(-1, 2)) },
            2 => position with { Timestamp = position.Timestamp.AddMicroseconds(random.Next(-1, 2)) },
            _ => position,
        };
    }

    // A log with runs of equal times, late events and changes in between.
    private async Task<long> GenerateAsync(Random random, List<StoredEvent> all)
    {
        var created = await CreateAsync();
        var entries = new List<LogEntry>();
        var newest = Noon;
        var received = Noon.AddDays(1);
        var lateShare = random.Next(3) switch { 0 => 0.0, 1 => 0.1, _ => 0.8 };
        for (var seq = 1; seq <= 30 + random.Next(300); seq++)
        {
            if (random.Next(10) == 0)
            {
                entries.Add(new ChangeEntry(created.Key, seq, Noon.AddSeconds(random.Next(10_000)), new Released(1, new IdentityId(Guid.CreateVersion7()))));
                continue;
            }

            received = received.AddSeconds(random.Next(2));
            var isLate = random.NextDouble() < lateShare;
            var at = isLate ? newest.AddSeconds(-1 - random.Next(5)) : newest.AddSeconds(random.Next(3));
            if (!isLate) newest = at;
            var e = Track($"E{random.Next(5)}", at) with { ReceivedAt = received };
            entries.Add(new EventEntry(created.Key, seq, e) { IsLate = isLate && at < newest });
            all.Add(new StoredEvent(new EventId(created.Key, seq), e));
        }

        await CommitAsync([.. entries]);
        return created.Key;
    }
}
