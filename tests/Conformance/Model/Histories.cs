using System.Collections.Immutable;
using System.Globalization;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;

namespace CdpPipeline.Grains.Tests.Model;

/// <summary>Makes random histories of a few people whose identifiers meet now and then.</summary>
internal sealed class Histories(Random random)
{
    private static readonly string[] Tracks = ["Order", "Order", "Open", "Open", "Upgraded Plan"];

    private readonly List<Draft> sent = [];
    private TimeSpan now;
    private int people;
    private int messages;

    public IReadOnlyList<Operation> Make()
    {
        people = random.Next(2, 8);
        var operations = new List<Operation>();
        for (var i = random.Next(5, 41); i > 0; i--) operations.Add(One());
        return operations;
    }

    /// <summary>Events only, each with a messageId so that it may be sent again, some of them more than once.</summary>
    public IReadOnlyList<Draft> Drafts(int count, int among)
    {
        people = among;
        return [.. Enumerable.Range(0, count).Select(i => Event() is var draft && draft.MessageId is null ? draft with { MessageId = $"n{i}" } : draft)];
    }

    public Join Join() => new(Any(), Any());

    private Operation One()
    {
        switch (random.Next(100))
        {
            case < 50: return new Send([Event()]);
            case < 64: return new Send([.. Enumerable.Range(0, random.Next(2, 6)).Select(_ => Event())]);
            case < 66: return Burst();
            case < 74: return Join();
            case < 82: return new Undo(Any(), random.Next(8));
            case < 90: return Later();
            case < 93: return new LetGo();
            case < 96: return Expire();
            case < 98: return new Erase(Any(), random.Next(2) == 0);
            default: return new Restart(random.Next(2) == 0);
        }
    }

    private Expire Expire() =>
        new([new("site", TimeSpan.FromMinutes(random.Next(120))), .. random.Next(2) == 0 ? [new SourceAge("app", TimeSpan.FromMinutes(random.Next(240)))] : Array.Empty<SourceAge>()]);

    private Pass Later()
    {
        var time = random.Next(3) switch
        {
            0 => TimeSpan.FromMilliseconds(random.Next(1, 2_000)),
            1 => TimeSpan.FromMinutes(random.Next(1, 20)),
            _ => TimeSpan.FromMinutes(10 * random.Next(1, 13)) + TimeSpan.FromMicroseconds(random.Next(-1, 2)),
        };
        now += time;
        return new Pass(time);
    }

    /// <summary>Enough events of one person for a snapshot when she is let go.</summary>
    private Send Burst()
    {
        var person = random.Next(people);
        return new Send([.. Enumerable.Range(0, random.Next(30, 60)).Select(_ => Fresh([Of(person, random.Next(4))]))]);
    }

    private Draft Event()
    {
        if (sent.Count > 0 && random.Next(7) == 0) return sent[random.Next(sent.Count)];
        var draft = Fresh(Identifiers());
        if (draft.MessageId is not null) sent.Add(draft);
        return draft;
    }

    private ImmutableArray<Identifier> Identifiers()
    {
        var person = random.Next(people);
        var chosen = new SortedDictionary<IdentifierKind, Identifier>();
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var identifier = random.Next(9) == 0 ? Any() : Of(person, random.Next(6));
            chosen[identifier.Kind] = identifier;
        }

        return [.. chosen.Values];
    }

    private Identifier Any() => Of(random.Next(people), random.Next(6));

    private static Identifier Of(int person, int which) => which switch
    {
        0 => new(IdentifierKind.UserId, $"u{person}"),
        1 => new(IdentifierKind.Email, $"e{person}"),
        2 => new(IdentifierKind.Email, $"m{person}"),
        3 => new(IdentifierKind.Phone, $"p{person}"),
        4 => new(IdentifierKind.AnonymousId, $"a{person}"),
        _ => new(IdentifierKind.AnonymousId, $"b{person}"),
    };

    private Draft Fresh(ImmutableArray<Identifier> identifiers)
    {
        var messageId = random.Next(5) == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"m{messages++}");
        var delay = random.Next(5) == 0 ? TimeSpan.FromMilliseconds(random.Next(50)) : TimeSpan.Zero;
        var draft = new Draft(EventType.Track, null, identifiers, messageId, At(), delay, "{}", null) { Consent = Consent(), Source = Source() };
        return random.Next(20) switch
        {
            < 9 => draft with { Name = Tracks[random.Next(Tracks.Length)], Properties = $$"""{"total":{{random.Next(100)}}}""" },
            < 11 => draft with { Type = EventType.Page, Name = "Page Viewed" },
            11 => draft with { Type = EventType.Screen, Name = "Screen Viewed" },
            < 16 => draft with { Type = EventType.Identify, Properties = Traits() },
            < 18 => draft with { Type = EventType.Group, Properties = $$"""{"groupId":"g{{random.Next(3)}}","traits":{{GroupTraits()}}}""" },
            _ when identifiers[0].Kind == IdentifierKind.UserId => draft with { Type = EventType.Alias, Previous = Of(random.Next(people), random.Next(3) == 0 ? 0 : 4 + random.Next(2)).Value },
            _ => draft with { Name = "Open" },
        };
    }

    /// <summary>Mostly now, often late, sometimes together with another, now and then ahead of the clock.</summary>
    private TimeSpan At() => random.Next(10) switch
    {
        < 3 => now,
        < 5 => now - TimeSpan.FromMinutes(random.Next(1, 130)),
        < 7 => TimeSpan.FromMinutes(10 * random.Next(-6, 6)),
        7 when sent.Count > 0 => sent[random.Next(sent.Count)].At,
        8 => now + TimeSpan.FromMinutes(random.Next(1, 30)),
        _ => now - TimeSpan.FromMilliseconds(random.Next(5_000)),
    };

    private string Traits()
    {
        var plan = random.Next(4) switch { 0 => "null", 1 => "\"free\"", _ => "\"pro\"" };
        var age = random.Next(3) == 0 ? "null" : random.Next(5).ToString(CultureInfo.InvariantCulture);
        return random.Next(3) switch { 0 => $$"""{"plan":{{plan}}}""", 1 => $$"""{"age":{{age}}}""", _ => $$"""{"plan":{{plan}},"age":{{age}}}""" };
    }

    private string Source() => random.Next(4) switch { 0 => "model", 1 => "app", _ => "site" };

    private string? Consent() => random.Next(12) switch
    {
        0 => """{"consent":{"categoryPreferences":{"Ads":true}}}""",
        1 => """{"consent":{"categoryPreferences":{"Ads":false,"Analytics":true}}}""",
        2 => """{"consentManagement":{"allowedConsentIds":["Analytics"],"deniedConsentIds":["Ads"]}}""",
        3 => """{"library":{"name":"x"}}""",
        _ => null,
    };

    private string GroupTraits() => random.Next(3) switch { 0 => "{}", 1 => """{"size":null}""", _ => $$"""{"size":{{random.Next(1, 4)}}}""" };
}
