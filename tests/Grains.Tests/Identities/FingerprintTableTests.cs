using CdpPipeline.Grains.Identities;

namespace CdpPipeline.Grains.Tests.Identities;

public sealed class FingerprintTableTests
{
    [Fact]
    public void It_names_the_block_of_every_fingerprint_it_took_in_and_hardly_any_other()
    {
        var random = new Random(1);
        var table = new FingerprintTable();
        var hashes = Enumerable.Range(0, 50_000).Select(_ => random.NextInt64(long.MinValue, long.MaxValue)).ToList();
        for (var i = 0; i < hashes.Count; i++) table.Add(hashes[i], i / 512);

        var found = new List<int>();
        for (var i = 0; i < hashes.Count; i++)
        {
            found.Clear();
            table.Find(hashes[i], found);
            Assert.Contains(i / 512, found);
        }

        found.Clear();
        for (var i = 0; i < 50_000; i++) table.Find(random.NextInt64(long.MinValue, long.MaxValue), found);
        Assert.InRange(found.Count, 0, 10);
    }

    [Fact]
    public void Fingerprints_that_share_a_half_are_all_named()
    {
        var table = new FingerprintTable();
        for (var block = 0; block < 3_000; block++) table.Add(((long)7 << 32) | (uint)block, block);

        var found = new List<int>();
        table.Find((long)7 << 32, found);

        Assert.Equal(Enumerable.Range(0, 3_000), found.Order());
    }
}
