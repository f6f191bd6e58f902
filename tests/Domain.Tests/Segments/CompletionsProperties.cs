using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Domain.Tests.Segments;

public sealed class CompletionsProperties
{
    [Fact]
    public void What_is_known_from_one_list_to_the_next_is_what_looking_at_all_items_finds()
    {
        for (var seed = 1; seed <= 4_000; seed++)
        {
            var random = new Random(seed);
            var shape = new SequenceShape([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(4) == 0 ? SequenceShape.AnyDistance : random.Next(12))]);
            List<StepItem> items = [];
            var known = Completions.None(0);
            long time = 0;
            for (var i = 0; i < 60; i++)
            {
                time += random.Next(4);
                items.Add(new StepItem(time, i, 1, i, (byte)random.Next(1, 1 << shape.Steps)));
                var before = random.Next(8) == 0 ? time - random.Next(20) : long.MinValue;
                var gone = items.TakeWhile(item => item.Time < before).Count();
                items.RemoveRange(0, gone);
                known = items.Count == 0 ? Completions.None(0) : Grown(known, gone, before, items);
                var found = Completions.Of([.. items], shape);
                Assert.True(known.Firsts.SequenceEqual(found.Firsts), $"seed {seed}: {string.Join(' ', items)}");
                Assert.True(known.By >= found.By, $"seed {seed}");
            }

            Completions Grown(Completions completions, int gone, long before, List<StepItem> left) => left.Count == 1
                ? Completions.Of([.. left], shape)
                : completions.Without(gone, before).With([.. left], shape);
        }
    }
}
