using System.Text;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Domain.Tests.Segments.Text;

/// <summary>Random filters as JSON text over everything that the language has, with odd names, texts, numbers and dates.</summary>
internal sealed class RandomTrees(Random random)
{
    private static readonly string[] Odd =
    [
        "a", "plan", "it's", "''", "\"", "say \"hi\"", "AND", "not", "At", "within", "true", "NOW", "first name", " ", "x y", "utm-source", "-x", "$x", "x$", "7", "2fa",
        "naïve", "Ünïcode", "名前", "😀", "a😀b", "\t", "line\nbreak", "\r\n", "\\", "%", "*", "(", ")", ",", "=", "-7d", "2024-05-01", "", "--", "/*", "\u00a0", "e\u0301",
        "SUM", "avg", "Min", "MAX", "distinct", "BETWEEN", "then", "DAYS", "did", "in_segment", "ALL", "traits", "\u200b", "null", "\u0001", "\uFEFF",
    ];

    private static readonly string[] Numbers =
        ["0", "-0", "1", "-1", "50", "2.50", "0.1", "-0.000001", "79228162514264337593543950335", "1e300", "-1.5E-300", "12345678901234567890.123456789", "1e28", "5e-324", "100"];

    private static readonly string[] AggregateValues =
        ["0", "-0.0", "1", "500.00", "-2.5", "1e18", "-1E+18", "0.000000001", "999999999999999999.999999999", "5e-1", "1000000000e-18"];

    // Ascending.
    private static readonly string[] Durations = ["1s", "1m", "90s", "30m", "1h", "12h", "1d", "7d", "4w", "3650d"];

    private static readonly string[] Dates = ["2024-05-01", "2024-05-01T12:00:00Z", "1999-12-31T23:59:59.999999Z", "0001-01-01T00:00:00Z", "2024-05-01T12:00:00.5+02:00"];

    public string Filter(int depth = 0) => random.Next(depth >= 4 ? 3 : 6) switch
    {
        0 => Field(),
        1 => Event(),
        2 => random.Next(3) == 0 ? $$"""{"segment":"{{new Guid(random.Next(), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)}}"}""" : Field(),
        3 => $$"""{"not":{{Filter(depth + 1)}}}""",
        _ => $$"""{"{{One("and", "or")}}":[{{string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => Filter(depth + 1)))}}]}""",
    };

    public T One<T>(params ReadOnlySpan<T> choices) => choices[random.Next(choices.Length)];

    public string OddText()
    {
        var text = new StringBuilder();
        for (var i = random.Next(3); i >= 0; i--) text.Append(One<string>(Odd));
        return text.ToString();
    }

    private static string Quote(string text) => System.Text.Json.JsonSerializer.Serialize(text);

    private string Field() => random.Next(9) switch
    {
        8 => $$"""{"field":{{Quote("consent." + Key())}},{{AnyTest()}}}""",
        0 => $$"""{"field":"{{One("createdAt", "firstSeen", "lastSeen")}}",{{DateTest(isOnly: true)}}}""",
        1 => $$"""{"field":"{{One("events.count", "pageViews", "conversions")}}",{{NumberTest()}}}""",
        2 => $$"""{"field":"{{One("email", "userId", "phone", "anonymousId")}}",{{TextTest()}}}""",
        _ => $$"""{"field":{{Quote(One("traits.", "groups.") + Path())}},{{AnyTest()}}}""",
    };

    private string Event()
    {
        var parts = new List<string> { $"\"event\":{Quote(random.Next(4) == 0 ? "*" : "E" + OddText())}" };
        if (random.Next(2) == 0) parts.Add(Where());
        var isAggregate = random.Next(4) == 0;
        if (isAggregate) parts.Add(Aggregate());
        else if (random.Next(2) == 0) parts.Add($$"""
            "count":{"operator":"{{Comparison()}}","value":{{One(0, 1, 2, 7, SegmentLimits.CountMax)}}}
            """);
        if (random.Next(2) == 0) parts.Add(random.Next(3) == 0 ? Between() : $"\"within\":\"{One<string>(Durations)}\"");
        if (!isAggregate && random.Next(3) == 0) parts.Add($"\"then\":{Step(2)}");
        return Object(parts);
    }

    private string Step(int number)
    {
        var parts = new List<string> { $"\"event\":{Quote(random.Next(4) == 0 ? "*" : "S" + OddText())}" };
        if (random.Next(2) == 0) parts.Add(Where());
        if (random.Next(2) == 0) parts.Add($"\"within\":\"{One<string>(Durations)}\"");
        if (number < SegmentLimits.SequenceStepsMax && random.Next(2) == 0) parts.Add($"\"then\":{Step(number + 1)}");
        return Object(parts);
    }

    private string Where() => $"\"where\":[{string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => $$"""{"property":{{Quote(Path())}},{{AnyTest()}}}"""))}]";

    private string Between()
    {
        var (from, to) = (random.Next(Durations.Length), random.Next(-1, Durations.Length));
        if (from < to) (from, to) = (to, from);
        return $$"""
            "between":{"to":"{{(to < 0 ? One("0s", "0d", "0w") : Durations[to])}}","from":"{{Durations[from]}}"}
            """;
    }

    private string Aggregate()
    {
        var function = One("sum", "avg", "min", "max", "distinct");
        var value = function == "distinct" ? One("0", "1", "2.0", "1e3") : One<string>(AggregateValues);
        return $$"""
            "aggregate":{"fn":"{{function}}","property":{{Quote(Path())}},"operator":"{{Comparison()}}","value":{{value}}}
            """;
    }

    private string Comparison() => One("eq", "neq", "gt", "gte", "lt", "lte");

    // The order in which members are written makes no difference.
    private string Object(List<string> members)
    {
        var shuffled = members.ToArray();
        random.Shuffle(shuffled);
        return $"{{{string.Join(',', shuffled)}}}";
    }

    private string Path() => string.Join('.', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Key()));

    private string Key()
    {
        var key = OddText().Replace(".", "", StringComparison.Ordinal);
        return key.Length > 0 ? key : "x";
    }

    private string AnyTest() => random.Next(4) switch
    {
        0 => TextTest(),
        1 => NumberTest(),
        2 => DateTest(isOnly: false),
        _ => random.Next(3) switch
        {
            0 => $"\"operator\":\"{One("exists", "not_exists", "is_true", "is_false")}\"",
            1 => $"\"operator\":\"{One("in", "not_in")}\",\"value\":[{string.Join(',', Enumerable.Range(0, random.Next(5)).Select(_ => Scalar()))}]",
            _ => $"\"operator\":\"{One("eq", "neq", "contains", "not_contains")}\",\"value\":{Scalar()}",
        },
    };

    private string Scalar() => random.Next(3) switch
    {
        0 => One<string>(Numbers),
        1 => One("true", "false"),
        _ => Quote(OddText()),
    };

    private string TextTest() => random.Next(4) switch
    {
        0 => $"\"operator\":\"matches\",\"value\":{Quote(One("^a.*'b\"$", "[0-9]+", "(?i)ü", ""))}",
        1 => $"\"operator\":\"{One("exists", "not_exists")}\"",
        2 => $"\"operator\":\"{One("in", "not_in")}\",\"value\":[{string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => Quote(OddText())))}]",
        _ => $"\"operator\":\"{One("eq", "neq", "contains", "not_contains", "starts_with", "ends_with")}\",\"value\":{Quote(OddText())}",
    };

    private string NumberTest() => $"\"operator\":\"{One("eq", "neq", "gt", "gte", "lt", "lte")}\",\"value\":{One<string>(Numbers)}";

    private string DateTest(bool isOnly)
    {
        if (random.Next(3) == 0) return $"\"operator\":\"{One("within_last", "not_within_last")}\",\"value\":\"{One<string>(Durations)}\"";
        var date = Quote(random.Next(2) == 0 ? One<string>(Dates) : random.Next(6) == 0 ? "-0d" : One("-", "+") + One<string>(Durations));
        return isOnly && random.Next(3) == 0
            ? $"\"operator\":\"{One("in", "not_in")}\",\"value\":[{date},{date}]"
            : $"\"operator\":\"{(isOnly ? One("eq", "neq", "before", "gt", "lte") : One("before", "after", "gt", "gte", "lt", "lte"))}\",\"value\":{date}";
    }
}
