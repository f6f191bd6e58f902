using System.Globalization;

namespace CdpPipeline.Domain.Tests.Segments;

/// <summary>Random filters as JSON text, over few names and values so that conditions meet their data.</summary>
internal sealed class RandomFilters(Random random, DateTimeOffset start)
{
    private static readonly string[] Durations = ["5s", "30s", "1m", "2m", "1h"];

    public T One<T>(params ReadOnlySpan<T> choices) => choices[random.Next(choices.Length)];

    public string Filter(IReadOnlyList<string> segments, int depth = 0)
    {
        var kind = random.Next(depth >= 3 ? 6 : 10);
        if (kind < 3) return Event();
        if (kind < 5) return Field();
        if (kind < 6) return segments.Count > 0 ? $$"""{"segment":"{{segments[random.Next(segments.Count)]}}"}""" : Event();
        if (kind < 7) return $$"""{"not":{{Filter(segments, depth + 1)}}}""";
        var children = Enumerable.Range(0, random.Next(4)).Select(_ => Filter(segments, depth + 1));
        return $$"""{"{{One("and", "or")}}":[{{string.Join(',', children)}}]}""";
    }

    public string Event()
    {
        var parts = new List<string> { $"\"event\":\"{One("A", "A", "B", "C", "*")}\"" };
        if (random.Next(3) == 0)
        {
            var tests = Enumerable.Range(0, random.Next(3)).Select(_ => $$"""{"property":"{{One("total", "sku", "when", "deep.a", "tags", "ok")}}",{{Test()}}}""");
            parts.Add($"\"where\":[{string.Join(',', tests)}]");
        }

        if (random.Next(4) == 0) return $"{{{string.Join(',', [.. parts, .. Window(), Aggregate()])}}}";
        if (random.Next(2) == 0) parts.Add($$"""
            "count":{"operator":"{{One("eq", "neq", "gt", "gte", "lt", "lte")}}","value":{{random.Next(5)}}}
            """);
        parts.AddRange(Window());
        if (random.Next(3) == 0) parts.Add(Then(random.Next(1, 4)));
        return $"{{{string.Join(',', parts)}}}";
    }

    /// <summary>The members of a computed trait but its name.</summary>
    public string Computation()
    {
        var function = One("count", "sum", "avg", "min", "max", "first", "last", "most_frequent", "unique_list", "unique_count");
        var parts = new List<string> { $"\"fn\":\"{function}\"", $"\"event\":\"{One("A", "A", "B", "*")}\"" };
        if (function != "count") parts.Add($"\"property\":\"{One("total", "total", "sku", "ok", "deep.a", "tags")}\"");
        if (random.Next(4) == 0) parts.Add($$"""
            "where":[{"property":"{{Path()}}",{{Test()}}}]
            """);
        return $"{{{string.Join(',', [.. parts, .. Window()])}}}";
    }

    private string[] Window() => random.Next(8) switch
    {
        < 2 => [],
        < 5 => [$"\"within\":\"{One<string>(Durations)}\""],
        < 6 => ["\"between\":{\"from\":\"1h\",\"to\":\"59m\"}"],
        _ => [$$"""
            "between":{"from":"{{One("30s", "1m", "2m", "1h")}}","to":"{{One("5s", "15s", "30s")}}"}
            """],
    };

    private string Aggregate() => random.Next(4) == 0
        ? $$"""
            "aggregate":{"fn":"distinct","property":"{{Path()}}","operator":"{{Order()}}","value":{{random.Next(4)}}}
            """
        : $$"""
            "aggregate":{"fn":"{{One("sum", "sum", "avg", "min", "max")}}","property":"{{One("total", "total", "sku", "deep.a")}}","operator":"{{Order()}}","value":{{One("0", "1", "2", "2.5", "2.500000001", "5", "-3", "50")}}}
            """;

    private string Then(int steps)
    {
        var parts = new List<string> { $"\"event\":\"{One("A", "B", "B", "C", "*")}\"" };
        if (random.Next(4) == 0) parts.Add($$"""
            "where":[{"property":"{{Path()}}",{{Test()}}}]
            """);
        if (random.Next(2) == 0) parts.Add($"\"within\":\"{One<string>(Durations)}\"");
        if (steps > 1) parts.Add(Then(steps - 1));
        return $"\"then\":{{{string.Join(',', parts)}}}";
    }

    public string Field() => random.Next(13) switch
    {
        12 => $$"""{"field":"consent.{{One("a", "ab")}}",{{Test()}}}""",
        0 => $$"""{"field":"{{One("createdAt", "firstSeen", "lastSeen")}}",{{DateTest()}}}""",
        1 => $$"""{"field":"{{One("events.count", "pageViews", "conversions")}}","operator":"{{Order()}}","value":{{random.Next(6)}}}""",
        2 => $$"""{"field":"{{One("email", "userId", "phone", "anonymousId")}}",{{TextTest()}}}""",
        3 or 4 => $$"""{"field":"groups.{{Path()}}",{{Test()}}}""",
        _ => $$"""{"field":"traits.{{Path()}}",{{Test()}}}""",
    };

    public string Path() => One("total", "sku", "when", "deep.a", "deep", "tags", "ok");

    /// <summary>An object with some of the paths that conditions look at.</summary>
    public string Properties()
    {
        var members = new List<string>();
        if (random.Next(2) == 0) members.Add($"\"total\":{Value()}");
        if (random.Next(2) == 0) members.Add($"\"sku\":{Value()}");
        if (random.Next(2) == 0) members.Add($"\"when\":\"{Date()}\"");
        if (random.Next(3) == 0) members.Add($$"""
            "deep":{"a":{{Value()}}}
            """);
        if (random.Next(3) == 0) members.Add($"\"tags\":[{string.Join(',', Enumerable.Range(0, random.Next(3)).Select(_ => Value()))}]");
        if (random.Next(3) == 0) members.Add($"\"ok\":{One("true", "false", "null", "\"true\"")}");
        return $"{{{string.Join(',', members)}}}";
    }

    private string Value() => One("0", "1", "2.50", "2.5", "50", "\"a\"", "\"ab\"", "\"Ab\"", "\"1\"", "\"\"", "true", "false", "null", "-3", "2.5000000005", "2.4999999995", "1000000000000000001", "1E18");

    private string Scalar() => One("0", "1", "2.5", "50", "\"a\"", "\"b\"", "\"ab\"", "\"1\"", "\"\"", "true", "false");

    private string Test() => random.Next(6) switch
    {
        0 => DateTest(),
        1 => TextTest(),
        2 => $"\"operator\":\"{One("exists", "not_exists", "is_true", "is_false")}\"",
        3 => $"\"operator\":\"{Order()}\",\"value\":{One("0", "1", "2.5", "2.50", "3")}",
        _ => $"\"operator\":\"{One("eq", "neq", "contains", "not_contains")}\",\"value\":{Scalar()}",
    };

    private string TextTest() => random.Next(5) switch
    {
        0 => $"\"operator\":\"{One("in", "not_in")}\",\"value\":[{string.Join(',', Enumerable.Range(0, random.Next(3)).Select(_ => One("\"a\"", "\"ab\"", "\"\"")))}]",
        1 => $"\"operator\":\"matches\",\"value\":\"{One("a", "^a$", "b$", "^A|1", "(?i)^ab$")}\"",
        2 => $"\"operator\":\"{One("gt", "gte", "lt", "lte")}\",\"value\":{One("\"a\"", "\"ab\"", "\"\"", "\"B\"")}",
        _ => $"\"operator\":\"{One("eq", "neq", "contains", "not_contains", "starts_with", "ends_with")}\",\"value\":{One("\"a\"", "\"b\"", "\"ab\"", "\"\"")}",
    };

    private string DateTest() => random.Next(3) switch
    {
        0 => $"\"operator\":\"{One("within_last", "not_within_last")}\",\"value\":\"{One<string>(Durations)}\"",
        1 => $"\"operator\":\"{One("before", "after", "gt", "gte", "lt", "lte")}\",\"value\":\"{Date()}\"",
        _ => $"\"operator\":\"{One("before", "after", "gt", "gte", "lt", "lte")}\",\"value\":\"{One("-", "-", "+")}{One<string>(Durations)}\"",
    };

    private string Order() => One("eq", "neq", "gt", "gte", "lt", "lte");

    private string Date() => start.AddSeconds(random.Next(-120, 240)).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
