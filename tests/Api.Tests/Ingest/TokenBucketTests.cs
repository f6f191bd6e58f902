using CdpPipeline.Api.Auth;
using CdpPipeline.Api.Ingest;

namespace CdpPipeline.Api.Tests.Ingest;

public sealed class TokenBucketTests
{
    private const long Second = 1_000_000_000;

    [Fact]
    public void A_whole_bucket_gives_its_burst_at_once_and_then_its_rate()
    {
        var bucket = new TokenBucket(new RateLimit(10, 5), Second);

        Assert.Equal(5, TakenAt(bucket, 0));
        Assert.Equal(0, TakenAt(bucket, Second / 20));
        Assert.Equal(1, TakenAt(bucket, Second / 10));
        Assert.Equal(3, TakenAt(bucket, 4 * Second / 10));
        Assert.Equal(5, TakenAt(bucket, 100 * Second));
    }

    [Fact]
    public void What_was_taken_beyond_the_burst_is_waited_for()
    {
        var bucket = new TokenBucket(new RateLimit(10, 5), Second);

        Assert.True(bucket.TryTake(0, out _));
        bucket.Take(99, 0);

        Assert.False(bucket.TryTake(0, out var wait));
        Assert.Equal(9.6, wait.TotalSeconds, 3);
        Assert.False(bucket.TryTake((long)(9.59 * Second), out _));
        Assert.True(bucket.TryTake((long)(9.6 * Second), out _));
    }

    [Fact]
    public void Over_any_time_no_more_is_given_than_the_burst_and_the_rate()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var limit = new RateLimit(random.Next(1, 2_000), random.Next(1, 500));
            var bucket = new TokenBucket(limit, Second);
            var (now, given) = (0L, 0L);
            for (var step = 0; step < 500; step++)
            {
                now += random.NextInt64(Second / 100);
                while (random.Next(4) > 0 && bucket.TryTake(now, out _)) given++;
                var most = limit.Burst + (limit.EventsPerSecond * (now / (double)Second)) + 0.01;
                Assert.True(given <= most, $"{given} of {most} were given, {limit}, seed {seed}");
            }
        }
    }

    [Fact]
    public void Callers_at_the_same_time_share_what_there_is()
    {
        var bucket = new TokenBucket(new RateLimit(1, 1_000), Second);
        var given = 0;

        Parallel.For(0, 4_000, _ =>
        {
            if (bucket.TryTake(0, out var _)) Interlocked.Increment(ref given);
        });

        Assert.Equal(1_000, given);
    }

    private static int TakenAt(TokenBucket bucket, long now)
    {
        var taken = 0;
        while (bucket.TryTake(now, out _)) taken++;
        return taken;
    }
}
