using System.Globalization;
using System.Text;
using System.Text.Json;

namespace CdpPipeline.Api.Tests.Fuzz;

/// <summary>Draws bodies of ingest calls: mostly what libraries send, about few people, with fields that are missing, odd, given twice, too long, too deep or of another kind.</summary>
internal sealed class CallGrammar(Random random)
{
    private static readonly string[] Types = ["track", "identify", "page", "screen", "group", "alias"];

    private static readonly string[] OddTexts =
    [
        "", " ", "undefined", "null", "[object Object]", "é", "😀", "\u202e", "a\tb", "line\nbreak", "'; drop table event; --", "\\", "\"", "%", "_", "a/b", "a:b", "..", "../../etc",
        "\u0001", "\uFEFF", "\u00a0x\u00a0", "İ", "ß", "x@y", "A@B.example", "@", "a@@b.c", "+49 30 1234", "0", "00000000-0000-0000-0000-000000000000", "userId:u-1",
    ];

    private static readonly string[] OddValues =
    [
        "null", "true", "false", "0", "-0", "-0.0", "1e308", "1e999", "-1E-400", "123456789012345678901234567890", "0.1", "[]", "{}", "[null]", "[[[]]]", "{\"\":{\"\":null}}", "\"\"",
        "[1,\"a\",{\"b\":[2]}]", "{\"a.b\":1}", "{\"__proto__\":{\"x\":1}}", "\"\\u0000\"", "\"\\ud83d\\ude00\"", "\"\\ud83d\"",
    ];

    private static readonly string[] OddTimes =
    [
        "\"2026-01-01\"", "\"2026-01-01T00:00:00Z\"", "\"2026-01-01 10:00\"", "\"2026-06-30T23:59:60Z\"", "\"2026-01-01T00:00:00.123456789+02:00\"", "1767225600000", "1767225600000.5", "-1",
        "0", "1e15", "1e300", "\"0001-01-01T00:00:00+14:00\"", "\"9999-12-31T23:59:59.9999999-23:59\"", "\"1969-12-31T23:59:59Z\"", "\"2026-02-30\"", "\"tomorrow\"", "\"\"", "\"1767225600000\"", "true",
    ];

    /// <summary>A batch with its events and what may stand beside them.</summary>
    public string Batch()
    {
        List<string> members = [];
        var events = Enumerable.Range(0, random.Next(12)).Select(_ => random.Next(40) == 0 ? Odd() : Call()).ToList();
        if (random.Next(30) != 0) members.Add($"{Key("batch")}:[{string.Join(',', events)}]");
        if (random.Next(3) == 0) members.Add($"\"sentAt\":{Time()}");
        if (random.Next(3) == 0) members.Add($"\"context\":{Context()}");
        if (random.Next(4) == 0) members.Add($"\"writeKey\":{(random.Next(3) == 0 ? Odd() : $"\"{ApiHost.WriteKey}\"")}");
        if (random.Next(10) == 0) members.Add($"{Key(OddText())}:{Odd()}");
        if (random.Next(60) == 0 && members.Count > 0) members.Add(members[random.Next(members.Count)]);
        return Object(members);
    }

    /// <summary>One call.</summary>
    public string Call()
    {
        var type = Types[random.Next(Types.Length)];
        List<string> members = [];
        Add(members, 9, "type", () => $"\"{type}\"");
        if (type == "track" || random.Next(10) == 0) Add(members, 10, "event", () => Text(One("Order Completed", "Signed Up", "Logged In", "Page Viewed", "Upgraded Plan", OddText())));
        Add(members, 7, "userId", () => random.Next(12) == 0 ? "42" : Text(random.Next(15) == 0 ? OddText() : $"u-{random.Next(random.Next(6) == 0 ? 400 : 12)}"));
        Add(members, 6, "anonymousId", () => Text(random.Next(15) == 0 ? OddText() : $"a-{random.Next(random.Next(3) == 0 ? 2_000 : 25)}"));
        if (type == "alias" || random.Next(20) == 0) Add(members, 9, "previousId", () => Text(One("u-", "a-") + random.Next(25).ToString(CultureInfo.InvariantCulture)));
        if (type == "group" || random.Next(20) == 0) Add(members, 9, "groupId", () => random.Next(5) == 0 ? "7" : Text($"g-{random.Next(6)}"));
        Add(members, type is "identify" or "group" ? 9 : 1, "traits", Traits);
        Add(members, 6, "properties", Properties);
        Add(members, 5, "context", Context);
        Add(members, 5, "timestamp", Time);
        Add(members, 2, "originalTimestamp", Time);
        Add(members, 2, "sentAt", Time);
        Add(members, 6, "messageId", () => random.Next(40) == 0 ? Text(new string('m', random.Next(400))) : Text($"m-{random.Next(500)}"));
        Add(members, 2, "name", () => Text(OddText()));
        Add(members, 1, "category", () => Text(OddText()));
        Add(members, 2, "email", () => Text($"Person{random.Next(8)}@Example.com"));
        Add(members, 1, "occurredAt", Time);
        Add(members, 1, "source", () => Text(OddText()));
        Add(members, 1, "integrations", () => "{\"All\":true}");
        if (random.Next(15) == 0) members.Add($"{Key(OddText())}:{Odd()}");
        if (random.Next(40) == 0 && members.Count > 0) members.Add(members[random.Next(members.Count)]);
        return Object(members);
    }

    /// <summary>Any value, nested now and then beyond what is taken.</summary>
    public string Odd() => random.Next(12) switch
    {
        0 => new string('[', random.Next(100)) is var open ? open + new string(']', open.Length) : "",
        1 => Nested(random.Next(80)),
        2 => Text(new string('x', random.Next(5_000))),
        3 => Text(OddText()),
        4 => Call(0),
        _ => OddValues[random.Next(OddValues.Length)],
    };

    public string OddText()
    {
        var text = new StringBuilder();
        for (var i = random.Next(3); i >= 0; i--) text.Append(OddTexts[random.Next(OddTexts.Length)]);
        return text.ToString();
    }

    private string Call(int depth) => $$"""{"type":"track","event":"E","userId":"u-{{depth}}"}""";

    private static string Nested(int levels) => string.Concat(Enumerable.Repeat("{\"n\":", levels)) + "1" + new string('}', levels);

    private string Traits()
    {
        List<string> members = [];
        if (random.Next(3) == 0) members.Add($"\"email\":{(random.Next(8) == 0 ? Odd() : Text($"Person{random.Next(8)}@Example.com"))}");
        if (random.Next(5) == 0) members.Add($"\"phone\":{(random.Next(8) == 0 ? Odd() : Text($"+49 (30) 555-{random.Next(8)}00"))}");
        for (var i = random.Next(4); i > 0; i--) members.Add($"{Key(One("plan", "age", "address", "tags", OddText()))}:{(random.Next(2) == 0 ? Text(One("pro", "free", OddText())) : Odd())}");
        if (random.Next(200) == 0) members.AddRange(Enumerable.Range(0, random.Next(1_200)).Select(i => $"\"t{i}\":{i}"));
        return Object(members);
    }

    private string Properties()
    {
        List<string> members = [];
        if (random.Next(2) == 0) members.Add($"\"total\":{random.Next(1_000)}.{random.Next(100)}");
        if (random.Next(4) == 0) members.Add($"\"email\":{Text($"Person{random.Next(8)}@Example.com")}");
        for (var i = random.Next(4); i > 0; i--) members.Add($"{Key(One("sku", "name", "category", "products", OddText()))}:{Odd()}");
        return Object(members);
    }

    private string Context()
    {
        List<string> members = [];
        if (random.Next(2) == 0) members.Add("\"library\":{\"name\":\"x\",\"version\":\"1\"}");
        if (random.Next(3) == 0) members.Add($"\"traits\":{(random.Next(8) == 0 ? Odd() : Traits())}");
        if (random.Next(3) == 0) members.Add($"{Key("ip")}:{(random.Next(2) == 0 ? Odd() : Text(One("203.0.113.9", " 203.0.113.8 ", "::1", "fe80::1%eth0", "2001:db8:1:2:3::4", "::ffff:203.0.113.9", "999.1.1.1")))}");
        if (random.Next(3) == 0) members.Add($"{Key("userAgent")}:{Text(OddText())}");
        if (random.Next(3) == 0) members.Add($"\"consent\":{(random.Next(4) == 0 ? Odd() : $"{{\"categoryPreferences\":{Choices()}}}")}");
        if (random.Next(5) == 0) members.Add($"\"consentManagement\":{{\"allowedConsentIds\":{(random.Next(4) == 0 ? Odd() : "[\"C1\",\"C2\"]")},\"deniedConsentIds\":{(random.Next(4) == 0 ? Odd() : "[\"C2\",7]")}}}");
        if (random.Next(12) == 0) members.Add($"{Key(OddText())}:{Odd()}");
        if (random.Next(20) == 0 && members.Count > 0) members.Add(members[random.Next(members.Count)]);
        return Object(members);
    }

    private string Choices() => Object([.. Enumerable.Range(0, random.Next(4)).Select(i => $"{Key(One("Advertising", "Analytics", OddText()))}:{One("true", "false", "null", Odd())}")]);

    private string Time() => random.Next(3) == 0
        ? OddTimes[random.Next(OddTimes.Length)]
        : Text(TimeProvider.System.GetUtcNow().AddMinutes(-random.Next(100_000)).ToString("O", CultureInfo.InvariantCulture));

    // Mostly there, now and then with another value than it should have.
    private void Add(List<string> members, int tenths, string name, Func<string> value)
    {
        if (random.Next(10) < tenths) members.Add($"{Key(name)}:{(random.Next(25) == 0 ? Odd() : value())}");
    }

    private string Key(string name)
    {
        var text = Text(name);
        return random.Next(50) == 0 && name.Length > 0 && char.IsAsciiLetter(name[0]) ? $"\"\\u{(int)name[0]:x4}{text[2..]}" : text;
    }

    private static string Text(string text) => JsonSerializer.Serialize(text);

    private string One(params ReadOnlySpan<string> choices) => choices[random.Next(choices.Length)];

    private string Object(List<string> members)
    {
        var shuffled = members.ToArray();
        random.Shuffle(shuffled);
        return $"{{{string.Join(',', shuffled)}}}";
    }
}
