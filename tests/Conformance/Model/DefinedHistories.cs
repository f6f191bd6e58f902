using System.Collections.Immutable;
using System.Globalization;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Tests.Segments;

namespace CdpPipeline.Grains.Tests.Model;

/// <summary>Makes random histories of a few people under random definitions, which come before them or in their midst, over events that these definitions ask for.</summary>
internal sealed class DefinedHistories(Random random, DateTimeOffset start)
{
    private const int Numbers = 4;

    private readonly RandomFilters filters = new(random, start);
    private readonly int people = random.Next(2, 5);
    private readonly List<Draft> sent = [];

    public IReadOnlyList<Operation> Make()
    {
        var operations = new List<Operation>();
        for (var i = random.Next(Numbers); i > 0; i--) operations.Add(Define(Numbers - i));
        if (operations.Count > 0) operations.Add(new Fill());
        for (var i = random.Next(8, 26); i > 0; i--) operations.AddRange(Some());
        return [.. operations, new Fill(), new UntilDue(), new UntilDue(), new UntilDue()];
    }

    private Operation[] Some()
    {
        switch (random.Next(100))
        {
            case < 38: return [new Send([.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => Event())])];
            case < 46: return [new Join(Any(), Any())];
            case < 53: return [new Undo(Any(), random.Next(8))];
            case < 57: return [new Erase(Any(), random.Next(2) == 0)];
            case < 63: return [new Expire([new("site", Age()), .. random.Next(2) == 0 ? [new SourceAge("app", Age())] : Array.Empty<SourceAge>()])];
            case < 78: return [new UntilDue()];
            case < 86: return [new Pass(Time())];
            case < 90: return [Define(random.Next(Numbers))];
            case < 94: return [Define(random.Next(Numbers)), new Fill()];
            case < 98: return [new LetGo()];
            default: return [new Restart(random.Next(2) == 0)];
        }
    }

    private Define Define(int number) => new(number, filters.Filter([.. Enumerable.Range(0, number).Select(Model.Define.Reference)]));

    private TimeSpan Time() => random.Next(4) switch
    {
        0 => TimeSpan.FromMicroseconds(1),
        1 => TimeSpan.FromMinutes(random.Next(1, 70)),
        _ => TimeSpan.FromSeconds(random.Next(1, 60)),
    };

    private TimeSpan Age() => TimeSpan.FromSeconds(random.Next(random.Next(2) == 0 ? 60 : 600));

    private Identifier Any() => Of(random.Next(people), random.Next(5));

    // In letters that the filters look for.
    private static Identifier Of(int person, int which) => which switch
    {
        0 => new(IdentifierKind.UserId, $"{person}a"),
        1 => new(IdentifierKind.Email, $"{person}a"),
        2 => new(IdentifierKind.Email, $"{person}ab"),
        3 => new(IdentifierKind.AnonymousId, $"{person}b"),
        _ => new(IdentifierKind.AnonymousId, $"{person}ab"),
    };

    private ImmutableArray<Identifier> Identifiers()
    {
        var person = random.Next(people);
        var chosen = new SortedDictionary<IdentifierKind, Identifier>();
        for (var i = random.Next(1, 3); i > 0; i--)
        {
            var identifier = random.Next(12) == 0 ? Any() : Of(person, random.Next(5));
            chosen[identifier.Kind] = identifier;
        }

        return [.. chosen.Values];
    }

    private Draft Event()
    {
        if (sent.Count > 0 && random.Next(6) == 0) return sent[random.Next(sent.Count)];
        var draft = new Draft(EventType.Track, null, Identifiers(), string.Create(CultureInfo.InvariantCulture, $"m{sent.Count}"), At(), default, filters.Properties(), null)
        {
            CountsFromNow = true,
            Source = filters.One("model", "app", "site", "site"),
            Consent = random.Next(8) == 0 ? $$$"""{"consent":{"categoryPreferences":{"{{{filters.One("a", "ab")}}}":{{{filters.One("true", "false")}}} } } }""" : null,
        };
        draft = random.Next(10) switch
        {
            < 2 => draft with { Type = EventType.Identify },
            2 => draft with { Type = EventType.Group, Properties = $$"""{"groupId":"g{{random.Next(2)}}","traits":{{draft.Properties}}}""" },
            _ => draft with { Type = filters.One(EventType.Track, EventType.Track, EventType.Page, EventType.Screen), Name = filters.One("A", "A", "B", "C", "D") },
        };
        sent.Add(draft);
        return draft;
    }

    /// <summary>Now, late or ahead of the clock.</summary>
    private TimeSpan At() => random.Next(8) switch
    {
        < 3 => default,
        3 => TimeSpan.FromSeconds(random.Next(1, 90)),
        4 => -TimeSpan.FromMinutes(random.Next(120)),
        _ => -TimeSpan.FromSeconds(random.Next(90)),
    };
}
