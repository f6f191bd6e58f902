using System.Text;
using System.Text.Json;

namespace CdpPipeline.Api.Tests.Fuzz;

/// <summary>Draws tracking plans of what <see cref="CallGrammar"/> sends: mostly valid, with every keyword, now and then odd or broken.</summary>
internal sealed class PlanGrammar(Random random)
{
    private const int DepthMax = 3;

    private static readonly string[] Names = ["total", "email", "sku", "name", "category", "products", "a", ""];
    private static readonly string[] Events = ["Order Completed", "Signed Up", "Logged In", "Page Viewed", "Screen Viewed", "Upgraded Plan", "Bought", "Home"];
    private static readonly string[] Types = ["\"string\"", "\"number\"", "\"integer\"", "\"boolean\"", "\"object\"", "\"array\"", "\"null\"", "[\"string\",\"null\"]", "[\"number\",\"object\",\"array\"]"];
    private static readonly string[] Numbers = ["0", "-1", "0.1", "0.01", "3", "1000", "1e308", "1e-300", "1e999", "99999999999999999999999999999", "-0.0"];
    private static readonly string[] Counts = ["0", "1", "2", "5", "100000"];
    private static readonly string[] Patterns = ["^[A-Z]{3}$", "(a+)+$", ".*", "^s-", "\\p{L}+", "[ab]*a[ab]{40}c", "(?i)x", "^$"];
    private static readonly string[] Formats = ["date-time", "date", "email", "uri", "uuid", "ipv4", "ipv6"];

    private readonly CallGrammar values = new(random);

    public byte[] Body()
    {
        var body = Encoding.UTF8.GetBytes(Plan());
        return random.Next(4) == 0 ? ByteMutation.Of(body, random, Encoding.UTF8.GetBytes(Plan())) : body;
    }

    private string Plan()
    {
        var events = Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Next(20) == 0 ? values.OddText() : One(Events)).Distinct()
            .Select(name => $"{Text(name)}:{Schema(0)}");
        var mode = random.Next(40) == 0 ? values.Odd() : One("\"block\"", "\"report\"");
        var unplanned = random.Next(2) == 0 ? "" : $"\"unplanned\":{One("\"allow\"", "\"allow\"", "\"report\"", "\"block\"")},";
        return $"{{\"mode\":{mode},{unplanned}\"events\":{{{string.Join(',', events)}}}}}";
    }

    private string Schema(int depth)
    {
        if (random.Next(200) == 0) return values.Odd();
        if (depth > DepthMax || random.Next(10) == 0) return One("true", "false", "{}");
        Dictionary<string, string> members = new(StringComparer.Ordinal);
        if (depth == 0) members["$defs"] = $"{{\"d\":{Schema(DepthMax)}}}";
        if (depth < DepthMax) members["properties"] = Members(depth);
        for (var i = random.Next(4); i > 0; i--)
        {
            var (keyword, value) = Keyword(depth);
            members[keyword] = random.Next(150) == 0 ? values.Odd() : value;
        }

        return $"{{{string.Join(',', members.Select(member => $"{Text(member.Key)}:{member.Value}"))}}}";
    }

    private (string Keyword, string Value) Keyword(int depth) => random.Next(16) switch
    {
        0 or 1 or 2 => ("type", One(Types)),
        3 => ("enum", $"[{string.Join(',', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Value()))}]"),
        4 => ("const", Value()),
        5 => (One("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), One(Numbers)),
        6 => ("multipleOf", One(Numbers)),
        7 => (One("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), One(Counts)),
        8 => ("pattern", Text(One(Patterns))),
        9 => ("format", Text(One(Formats))),
        10 => ("required", $"[{string.Join(',', Enumerable.Range(0, random.Next(3)).Select(_ => Text(One(Names))).Distinct())}]"),
        11 => (One("additionalProperties", "propertyNames", "items", "not", "if", "then", "else"), Schema(depth + 1)),
        12 => ("patternProperties", $"{{{Text(One(Patterns))}:{Schema(depth + 1)}}}"),
        13 => ("uniqueItems", One("true", "false")),
        14 => (One("allOf", "anyOf", "oneOf"), $"[{Schema(depth + 1)},{Schema(depth + 1)}]"),
        _ when depth is > 0 and < DepthMax => ("$ref", "\"#/$defs/d\""),
        _ => (One("title", "x-note", "description"), "\"x\""),
    };

    private string Members(int depth) =>
        $"{{{string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => One(Names)).Distinct().Select(name => $"{Text(name)}:{Schema(depth + 1)}"))}}}";

    private string Value() => random.Next(20) == 0 ? values.Odd() : One("\"pro\"", "1", "1.0", "-0", "null", "true", "[]", "[1,{\"a\":2}]", "{\"a\":[]}", "\"é\"");

    private string One(params ReadOnlySpan<string> choices) => choices[random.Next(choices.Length)];

    private static string Text(string text) => JsonSerializer.Serialize(text);
}
