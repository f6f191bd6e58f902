using System.Text.Json;
using CdpPipeline.Domain.Schemas;

namespace CdpPipeline.Domain.Tests.Schemas;

public sealed class JsonSchemaTests
{
    [Theory]
    [InlineData("""{"type":"string"}""", "\"a\"", "1")]
    [InlineData("""{"type":["string","null"]}""", "null", "true")]
    [InlineData("""{"type":"integer"}""", "3.0", "3.5")]
    [InlineData("""{"type":"integer"}""", "1e300", "\"1\"")]
    [InlineData("""{"type":"boolean"}""", "false", "0")]
    [InlineData("""{"type":"object"}""", "{}", "[]")]
    [InlineData("""{"enum":["a",1,null]}""", "1.0", "\"b\"")]
    [InlineData("""{"const":{"a":1}}""", """{"a":1.0}""", """{"a":2}""")]
    [InlineData("""{"minimum":0.1}""", "0.1", "0.09999")]
    [InlineData("""{"maximum":5}""", "5", "1e400")]
    [InlineData("""{"exclusiveMinimum":0}""", "0.0001", "0")]
    [InlineData("""{"exclusiveMaximum":10}""", "9", "10")]
    [InlineData("""{"multipleOf":0.01}""", "19.99", "19.999")]
    [InlineData("""{"minLength":2}""", "\"😀😀\"", "\"😀\"")]
    [InlineData("""{"maxLength":1}""", "\"😀\"", "\"ab\"")]
    [InlineData("""{"pattern":"^[A-Z]{3}$"}""", "\"GBP\"", "\"gbp\"")]
    [InlineData("""{"pattern":"b"}""", "\"abc\"", "\"ac\"")]
    [InlineData("""{"format":"date-time"}""", "\"2026-01-31T12:00:00+01:00\"", "\"2026-01-31 12:00\"")]
    [InlineData("""{"format":"date-time"}""", "\"2026-01-31T12:00:00.5Z\"", "\"2026-02-31T12:00:00Z\"")]
    [InlineData("""{"format":"date"}""", "\"2026-01-31\"", "\"2026-1-31\"")]
    [InlineData("""{"format":"email"}""", "\"ada@example.com\"", "\"ada@b@c\"")]
    [InlineData("""{"format":"uri"}""", "\"https://shop.example/x?y\"", "\"/x\"")]
    [InlineData("""{"format":"uuid"}""", "\"01890000-0000-7000-8000-000000000001\"", "\"0189\"")]
    [InlineData("""{"format":"ipv4"}""", "\"10.0.0.1\"", "\"10.1\"")]
    [InlineData("""{"format":"ipv6"}""", "\"::1\"", "\"10.0.0.1\"")]
    [InlineData("""{"required":["a","b"]}""", """{"a":1,"b":null}""", """{"a":1}""")]
    [InlineData("""{"properties":{"a":{"type":"number"}}}""", """{"a":1,"b":"x"}""", """{"a":"1"}""")]
    [InlineData("""{"properties":{"a":{}},"additionalProperties":false}""", """{"a":1}""", """{"a":1,"b":2}""")]
    [InlineData("""{"properties":{"a":{}},"additionalProperties":{"type":"string"}}""", """{"a":1,"b":"x"}""", """{"b":2}""")]
    [InlineData("""{"patternProperties":{"^x-":{"type":"string"}},"additionalProperties":false}""", """{"x-a":"b"}""", """{"x-a":1}""")]
    [InlineData("""{"properties":{"x-a":{"minLength":2}},"patternProperties":{"^x-":{"type":"string"}}}""", """{"x-a":"bb"}""", """{"x-a":"b"}""")]
    [InlineData("""{"propertyNames":{"maxLength":3}}""", """{"abc":1}""", """{"abcd":1}""")]
    [InlineData("""{"minProperties":1,"maxProperties":2}""", """{"a":1}""", """{"a":1,"b":2,"c":3}""")]
    [InlineData("""{"items":{"type":"number"}}""", "[1,2]", "[1,\"2\"]")]
    [InlineData("""{"minItems":1,"maxItems":2}""", "[1]", "[]")]
    [InlineData("""{"uniqueItems":true}""", "[1,\"1\",true,null,[1],[1,2]]", "[1,1.0]")]
    [InlineData("""{"uniqueItems":false}""", "[1,1]", null)]
    [InlineData("""{"allOf":[{"minimum":1},{"maximum":3}]}""", "2", "4")]
    [InlineData("""{"anyOf":[{"type":"string"},{"minimum":3}]}""", "3", "2")]
    [InlineData("""{"oneOf":[{"multipleOf":2},{"multipleOf":3}]}""", "4", "6")]
    [InlineData("""{"oneOf":[{"multipleOf":2},{"multipleOf":3}]}""", "9", "5")]
    [InlineData("""{"not":{"type":"null"}}""", "1", "null")]
    [InlineData("""{"if":{"required":["coupon"]},"then":{"required":["discount"]},"else":{"maxProperties":1}}""", """{"coupon":"A","discount":1}""", """{"coupon":"A"}""")]
    [InlineData("""{"if":{"required":["coupon"]},"else":{"maxProperties":1}}""", """{"a":1}""", """{"a":1,"b":2}""")]
    [InlineData("""{"$defs":{"money":{"type":"number","minimum":0}},"properties":{"total":{"$ref":"#/$defs/money"}}}""", """{"total":1}""", """{"total":-1}""")]
    [InlineData("""{"$defs":{"a/b~c d":{"type":"number"}},"$ref":"#/$defs/a~1b~0c%20d"}""", "1", "\"1\"")]
    [InlineData("""{"properties":{"a":true,"b":false}}""", """{"a":1}""", """{"b":1}""")]
    [InlineData("""{"title":"T","description":"D","$schema":"https://json-schema.org/draft/2020-12/schema","examples":[1],"x-owner":"me"}""", "1", null)]
    [InlineData("""{"minLength":3,"minimum":3,"minItems":3}""", "true", null)]
    public void A_value_is_as_its_schema_says_or_is_not(string schema, string good, string? bad)
    {
        var compiled = Compile(schema);

        Assert.True(compiled.Holds(Json(good)), $"{good} breaks {schema}");
        if (bad is not null) Assert.False(compiled.Holds(Json(bad)), $"{bad} passes {schema}");
    }

    [Fact]
    public void A_finding_names_the_rule_the_place_and_the_sort_of_value_but_not_the_value()
    {
        var schema = Compile("""{"required":["id"],"properties":{"items":{"items":{"properties":{"unit price":{"type":"number","minimum":0}}}}},"additionalProperties":false}""");
        var findings = new SchemaFindings();

        schema.Check(Json("""{"items":[{"unit price":1},{"unit price":"secret"},{"unit price":-5}],"totl":"secret"}"""), findings);

        Assert.Equal(
            [
                new SchemaFinding("required[0]", "id", "is required", "nothing"),
                new SchemaFinding("properties.items.items.properties[\"unit price\"].type", "items[1][\"unit price\"]", "must be a number", "a string"),
                new SchemaFinding("properties.items.items.properties[\"unit price\"].minimum", "items[2][\"unit price\"]", "must be at least 0", "a number"),
                new SchemaFinding("additionalProperties", "totl", "must not be there", "a string"),
            ],
            findings.All);
        Assert.DoesNotContain(findings.All, finding => finding.ToString().Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public void Findings_are_bounded()
    {
        var findings = new SchemaFindings();

        Compile("""{"items":{"type":"string"}}""").Check(Json($"[{string.Join(',', Enumerable.Repeat("1", 100_000))}]"), findings);

        Assert.Equal(SchemaLimits.FindingsMax, findings.All.Count);
    }

    [Fact]
    public void A_hostile_text_costs_no_more_than_its_length()
    {
        var schema = Compile("""{"pattern":"^(a+)+$","properties":{"p":{"pattern":"(x|x)*y$"}}}""");
        var text = JsonSerializer.SerializeToElement(new string('a', 100_000) + "!");

        var before = System.Diagnostics.Stopwatch.StartNew();
        Assert.False(schema.Holds(text));
        Assert.True(before.Elapsed < TimeSpan.FromSeconds(5), $"It took {before.Elapsed}.");
    }

    [Theory]
    [InlineData("1", "s", "expected a schema")]
    [InlineData("""{"type":"text"}""", "s.type", "expected one of")]
    [InlineData("""{"type":[]}""", "s.type", "expected one of")]
    [InlineData("""{"enum":[]}""", "s.enum", "1 to 1000 values")]
    [InlineData("""{"minimum":"1"}""", "s.minimum", "expected a number")]
    [InlineData("""{"multipleOf":0}""", "s.multipleOf", "greater than 0")]
    [InlineData("""{"minLength":-1}""", "s.minLength", "whole number")]
    [InlineData("""{"pattern":"(a"}""", "s.pattern", "linear-time")]
    [InlineData("""{"pattern":"(?=a)b"}""", "s.pattern", "linear-time")]
    [InlineData("""{"pattern":"(a)\\1"}""", "s.pattern", "linear-time")]
    [InlineData("""{"format":"hostname"}""", "s.format", "date-time")]
    [InlineData("""{"required":"a"}""", "s.required", "list of names")]
    [InlineData("""{"properties":[]}""", "s.properties", "object of schemas")]
    [InlineData("""{"properties":{"a b":{"minimal":1}}}""", "s.properties[\"a b\"].minimal", "not known")]
    [InlineData("""{"patternProperties":{"(":{}}}""", "s.patternProperties[\"(\"]", "linear-time")]
    [InlineData("""{"items":[{}]}""", "s.items", "expected a schema")]
    [InlineData("""{"anyOf":[]}""", "s.anyOf", "list of schemas")]
    [InlineData("""{"allOf":[{},{"type":1}]}""", "s.allOf[1].type", "expected one of")]
    [InlineData("""{"$ref":"https://example.com/schema"}""", "s.$ref", "a place in this schema")]
    [InlineData("""{"$ref":"#/$defs/none"}""", "s.$ref", "a place in this schema")]
    [InlineData("""{"prefixItems":[{}]}""", "s.prefixItems", "not known")]
    public void A_schema_that_is_not_understood_is_refused_with_its_place(string schema, string path, string message)
    {
        Assert.Null(JsonSchemaReader.Read(Json(schema), "s", out var error));

        Assert.Equal(path, error!.Path);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_schema_that_refers_to_itself_is_refused()
    {
        Assert.Null(JsonSchemaReader.Read(Json("""{"properties":{"child":{"$ref":"#"}}}"""), "s", out var error));
        Assert.Contains("refers to itself", error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_schema_that_unfolds_into_too_many_is_refused()
    {
        var steps = string.Join(',', Enumerable.Range(0, 20).Select(i => $$"""
            "d{{i}}":{"allOf":[{"$ref":"#/$defs/d{{i + 1}}"},{"$ref":"#/$defs/d{{i + 1}}"}]}
            """));
        Assert.Null(JsonSchemaReader.Read(Json($$$"""{"$defs":{{{{steps}}},"d20":{}},"$ref":"#/$defs/d0"}"""), "s", out var error));
        Assert.NotNull(error);
    }

    [Fact]
    public void A_schema_that_is_too_large_is_refused()
    {
        var properties = string.Join(',', Enumerable.Range(0, SchemaLimits.NodesMax).Select(i => $$"""
            "p{{i}}":{}
            """));
        Assert.Null(JsonSchemaReader.Read(Json($$$"""{"properties":{{{{properties}}}}}"""), "s", out var error));
        Assert.Contains("at most 1000 schemas", error!.Message, StringComparison.Ordinal);
    }

    private static JsonSchema Compile(string schema)
    {
        var compiled = JsonSchemaReader.Read(Json(schema), "s", out var error);
        Assert.Null(error);
        return compiled!;
    }

    private static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
