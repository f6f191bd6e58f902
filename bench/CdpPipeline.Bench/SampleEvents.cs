using System.Globalization;
using System.Text;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;

namespace CdpPipeline.Bench;

/// <summary>
/// Makes events like those of a shop: five names, about 150 bytes of properties, a small context, a messageId that was never used
/// before, and the time of the clock.
/// </summary>
internal sealed class SampleEvents(TimeProvider clock)
{
    private static readonly string[] Names = ["Page Viewed", "Product Added", "Order Completed", "Signed Up", "Searched"];
    private static readonly byte[] Context = """{"library":{"name":"bench","version":"1"},"ip":"203.0.113.1"}"""u8.ToArray();

    private static readonly Identifier[] Somebody = [Anonymous("somebody")];

    private readonly string run = Guid.NewGuid().ToString("N")[..8];
    private long made;

    /// <summary>The source of what <see cref="For"/> makes.</summary>
    public string Source { get; set; } = "bench";

    public Event For(params Identifier[] identifiers)
    {
        var number = Interlocked.Increment(ref made);
        var now = Instants.FromMicros(clock.GetUtcNow().ToMicros());
        return new Event
        {
            Type = EventType.Track,
            Name = Names[number % Names.Length],
            Identifiers = identifiers,
            MessageId = string.Create(CultureInfo.InvariantCulture, $"{run}-{number}"),
            Timestamp = now,
            ReceivedAt = now,
            Source = Source,
            Properties = Properties(number),
            Context = Context,
        };
    }

    /// <summary>An event without a messageId that happened and arrived at these instants, with a price up to 500.</summary>
    public static Event At(Random random, DateTimeOffset happened, DateTimeOffset arrived) => new()
    {
        Type = EventType.Track,
        Name = Names[random.Next(Names.Length)],
        Identifiers = Somebody,
        Timestamp = happened,
        ReceivedAt = arrived,
        Source = "bench",
        Properties = Properties(random.Next(1_000_000)),
        Context = Context,
    };

    /// <summary>This many events of one person.</summary>
    public Event[] Batch(Identifier person, int count)
    {
        var events = new Event[count];
        for (var i = 0; i < count; i++) events[i] = For(person);
        return events;
    }

    public static Identifier Anonymous(string name) => new(IdentifierKind.AnonymousId, name);

    public static Identifier User(string name) => new(IdentifierKind.UserId, name);

    private static byte[] Properties(long number) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"path":"/products/{{number % 100}}","price":{{number % 500}}.5,"sku":"SKU-{{number % 1000}}","referrer":"https://www.google.com/","campaign":"spring-sale","quantity":{{number % 9}},"currency":"EUR","coupon":"WELCOME"}"""));
}
