using System.Globalization;
using System.Text;
using System.Text.Json;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Domain.Tests.Segments.Text;

namespace CdpPipeline.Api.Tests.Fuzz;

/// <summary>Draws bodies that hold a definition in one of its three spellings: valid, odd, or broken as text or as JSON.</summary>
internal sealed class DefinitionGrammar(Random random)
{
    private static readonly string[] Patterns =
    [
        "(a+)+$", "(x+x+)+y", "([ab]*)*c", ".*a.{300}", "[ab]*a[ab]{400}c", "((a{1000}){1000}){1000}", "(?=a)b", "(a)\\1", "(?<n>a)\\k<n>", "[", "(", "\\", "a**", "(?i)İ", "\\p{L}+", "\\p{Nope}",
        "(?#", "\\x", "[\\u0000-\\uFFFF]", "^$", "", "|", "(?:){1000}", "(?>a)", "\\b\\B", "\\G", "(?s).", "a{2,1}", "a{99999999999}", ".*.*.*.*.*.*.*.*.*[ab]",
    ];

    private static readonly string[] Pieces =
    [
        "'", "\"", "(", ")", " NOT ", " AND ", " OR ", ".", ",", "-", "1e", "1e999", "00", "\ud83d", "\0", " WITHIN 7 DAYS", " BETWEEN 7 DAYS AND 1 DAY AGO", " SUM(a) >= 1", " THEN 'B'", " AT LEAST 1001 TIMES",
        "9999999999", " TRUE", "((((((((", "ALL(", "ANY()", "<>", " AGO", ";", "--", "traits.", "did('*'", " MATCHES '(a+)+$'", " IN ()", " IS ", "in_segment('", "3650 DAYS", "1000000 WEEKS", " NOW ",
    ];

    private readonly RandomTrees trees = new(random);
    private readonly CallGrammar values = new(random);

    public byte[] Body()
    {
        var body = random.Next(10) switch
        {
            0 => $"{{\"filter\":{Nested()}}}",
            1 => $"{{\"filter\":{Matching()}}}",
            2 => $"{{\"definition\":{Definition()}}}",
            3 => $"{{\"filter\":{values.Odd()},\"where\":{values.Odd()}}}",
            4 or 5 or 6 => Where(),
            _ => $"{{\"filter\":{trees.Filter()}}}",
        };
        var bytes = Encoding.UTF8.GetBytes(body);
        return random.Next(3) == 0 ? ByteMutation.Of(bytes, random, Encoding.UTF8.GetBytes(trees.Filter())) : bytes;
    }

    private string Where()
    {
        using var body = JsonDocument.Parse($"{{\"filter\":{trees.Filter()}}}", FuzzHost.AnyDepth);
        var text = WhereWriter.Text(SegmentSpellings.Read(body.RootElement, out _)!);
        return $"{{\"where\":{JsonSerializer.Serialize(random.Next(3) == 0 ? text : Mutated(text))}}}";
    }

    private string Mutated(string text)
    {
        var mutated = new StringBuilder(text);
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            var at = random.Next(mutated.Length + 1);
            switch (random.Next(4))
            {
                case 0 when at < mutated.Length: mutated.Remove(at, Math.Min(random.Next(1, 12), mutated.Length - at)); break;
                case 1 when at < mutated.Length: mutated[at] = (char)random.Next(0x250); break;
                case 2: mutated.Insert(at, mutated.ToString(0, Math.Min(mutated.Length, random.Next(60)))); break;
                default: mutated.Insert(at, Pieces[random.Next(Pieces.Length)]); break;
            }
        }

        return mutated.ToString();
    }

    private string Nested()
    {
        var (levels, isList) = (random.Next(random.Next(2) == 0 ? 34 : 100), random.Next(2) == 0);
        var (before, after) = isList ? ("{\"or\":[", "]}") : ("{\"not\":", "}");
        return string.Concat(Enumerable.Repeat(before, levels)) + trees.Filter() + string.Concat(Enumerable.Repeat(after, levels));
    }

    private string Matching()
    {
        var pattern = new StringBuilder();
        for (var i = random.Next(4); i >= 0; i--) pattern.Append(Patterns[random.Next(Patterns.Length)]);
        return $$"""{"field":"{{(random.Next(2) == 0 ? "traits.long" : "email")}}","operator":"matches","value":{{JsonSerializer.Serialize(pattern.ToString())}}}""";
    }

    private string Definition()
    {
        var number = random.Next(3) == 0 ? values.Odd() : random.Next(-1, 4_000).ToString(CultureInfo.InvariantCulture);
        var kind = random.Next(4) switch { 0 => "event_type_in_last_days", 1 => "event_property_equals", 2 => "event_count_gte_in_last_days", _ => values.OddText() };
        return $$"""{"kind":{{JsonSerializer.Serialize(kind)}},"eventType":{{(random.Next(5) == 0 ? values.Odd() : "\"Order Completed\"")}},"days":{{number}},"minCount":{{number}},"path":"a.b","value":{{values.Odd()}}}""";
    }
}
