using System.Collections.Concurrent;
using System.Globalization;

namespace CdpPipeline.Faults.Tests.Load;

/// <summary>
/// Makes up what people do. Person n has the userId <c>u-n</c>, three anonymousIds and an email, which calls bring together in any order,
/// so the same people result whatever arrives first; every seventh person is besides joined by alias with the one after. New people keep coming;
/// a few regulars do much more than the others.
/// </summary>
internal sealed class CallGenerator(CallLedger ledger, TimeProvider clock)
{
    private const int PeopleAtOnce = 60;
    private const int Regulars = 4;
    private const int AnonymousIdsPerPerson = 3;

    // The window is a minute: some pings run out while their call is under way, or while the program is down.
    private static readonly int[] PingAges = [0, 50, 57, 59];

    private static readonly string[] Plans = ["free", "pro", "team"];

    private readonly ConcurrentDictionary<long, bool> instants = new();
    private int newest;
    private int messages;

    public Call Next(Random random)
    {
        if (random.Next(25) == 0) Interlocked.Increment(ref newest);
        var person = random.Next(12) == 0 ? random.Next(Regulars) : Math.Max(0, Volatile.Read(ref newest) - random.Next(PeopleAtOnce));
        var user = User(person);
        var anonymous = string.Create(CultureInfo.InvariantCulture, $"a-{person}-{random.Next(AnonymousIdsPerPerson)}");
        var email = string.Create(CultureInfo.InvariantCulture, $"p{person}@example.com");
        return random.Next(100) switch
        {
            < 25 => Track(random) with { AnonymousId = anonymous },
            < 40 => Track(random) with { AnonymousId = anonymous, UserId = user },
            < 50 => Track(random) with { UserId = user },
            < 58 => Track(random) with { Email = email },
            < 66 => Track(random) with { Email = email, AnonymousId = anonymous },
            < 72 => Make("page", Past(random, 0, 60)) with { AnonymousId = anonymous },
            < 78 => Identify(random) with { AnonymousId = anonymous },
            < 90 => Identify(random) with { UserId = user, AnonymousId = random.Next(2) == 0 ? anonymous : null, Email = random.Next(2) == 0 ? email : null },
            < 95 when person % 7 == 0 && ledger.IsKnownUser(User(person + 1)) =>
                Make("alias", Past(random, 0, 60)) with { UserId = user, PreviousId = User(person + 1), IsPreviousUser = true },
            _ => Make("alias", Past(random, 0, 60)) with { UserId = user, PreviousId = anonymous },
        };
    }

    private static string User(int person) => string.Create(CultureInfo.InvariantCulture, $"u-{person}");

    private Call Identify(Random random) => Make("identify", Past(random, 0, 60)) with { Plan = Plans[random.Next(Plans.Length)] };

    // Times keep clear of where windows of days end, save those that shall run out while the test looks on.
    private Call Track(Random random) => random.Next(4) switch
    {
        0 => Make("track", Past(random, random.Next(2) == 0 ? 0 : 40, 10)) with { EventName = "Order Completed", Total = random.Next(100) },
        1 => Make("track", Past(random, random.Next(2) == 0 ? 0 : 9, 3)) with { EventName = "Viewed" },
        2 => Make("track", At(clock.GetUtcNow().AddSeconds(-PingAges[random.Next(PingAges.Length)]))) with { EventName = "Pinged" },
        _ => Make("track", Past(random, 0, 60)) with { EventName = "Clicked" },
    };

    private Call Make(string type, DateTimeOffset timestamp) =>
        new(string.Create(CultureInfo.InvariantCulture, $"m-{Interlocked.Increment(ref messages)}"), type, timestamp);

    private DateTimeOffset Past(Random random, int daysAgo, int days) =>
        At(clock.GetUtcNow().AddDays(-daysAgo).AddMilliseconds(-1000 - random.NextInt64((long)TimeSpan.FromDays(days).TotalMilliseconds)));

    // No two calls at the same microsecond, so that the newest of two traits does not depend on who arrived first.
    private DateTimeOffset At(DateTimeOffset about)
    {
        var micros = about.UtcTicks / 10;
        while (!instants.TryAdd(micros, true)) micros--;
        return new DateTimeOffset(micros * 10, TimeSpan.Zero);
    }
}
