using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Domain.Tests.Segments;

public sealed class SharedItemsTests
{
    [Fact]
    public void A_list_stays_what_it_was_whatever_is_made_of_it()
    {
        for (var seed = 1; seed <= 300; seed++)
        {
            var random = new Random(seed);
            List<(SharedItems<long> Items, long[] Expected)> made = [(default, [])];
            for (long i = 0; i < 200; i++)
            {
                // Mostly of the newest one.
                var (items, expected) = made[random.Next(4) == 0 ? random.Next(made.Count) : ^1];
                var place = random.Next(4) == 0 ? random.Next(expected.Length + 1) : expected.Length;
                var from = random.Next(3) == 0 ? random.Next(expected.Length + 1) : 0;
                made.Add(random.Next(5) == 0
                    ? (items.From(from), expected[from..])
                    : (items.Insert(place, i), [.. expected[..place], i, .. expected[place..]]));
            }

            foreach (var (items, expected) in made)
            {
                Assert.True(items.Span.SequenceEqual(expected), $"seed {seed}");
                Assert.True(items.Room <= (2 * expected.Length) + 8, $"seed {seed}: {items.Room} places for {expected.Length}");
            }
        }
    }

    [Fact]
    public async Task Of_many_that_add_to_the_same_list_at_once_each_has_its_own()
    {
        for (var round = 0; round < 200; round++)
        {
            var common = default(SharedItems<long>);
            for (var i = 0; i < 20; i++) common = common.Insert(i, i);
            var expected = common.Span.ToArray();
            using var together = new Barrier(4);
            var made = await Task.WhenAll(Enumerable.Range(1, 4).Select(number => Task.Factory.StartNew(
                () =>
                {
                    together.SignalAndWait();
                    return common.Insert(20, number * 100).Insert(21, number * 101);
                },
                TestContext.Current.CancellationToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default)));
            for (var number = 1; number <= 4; number++) Assert.Equal([.. expected, number * 100, number * 101], made[number - 1].Span.ToArray());
        }
    }

    [Fact]
    public void Adding_at_the_end_of_the_newest_list_copies_nothing_as_long_as_there_is_room()
    {
        var items = default(SharedItems<long>);
        var arrays = new HashSet<int>();
        for (var i = 0; i < 4_096; i++)
        {
            items = items.Insert(i, i);
            arrays.Add(items.Room);
        }

        Assert.InRange(arrays.Count, 1, 26);
    }
}
