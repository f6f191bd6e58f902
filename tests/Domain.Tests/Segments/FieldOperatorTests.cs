using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Domain.Tests.Segments;

public sealed class FieldOperatorTests
{
    [Theory]
    [InlineData("eq", "\"pro\"", "\"pro\"", true)]
    [InlineData("eq", "\"pro\"", "\"Pro\"", false)]
    [InlineData("eq", "\"é\"", "\"e\\u0301\"", false)]
    [InlineData("eq", "1", "1.00", true)]
    [InlineData("eq", "1", "\"1\"", false)]
    [InlineData("eq", "\"1\"", "1", false)]
    [InlineData("eq", "0.1", "0.10000000000000000001", false)]
    [InlineData("eq", "1e400", "1", false, "value")]
    [InlineData("eq", "1e300", "1e300", true)]
    [InlineData("eq", "1e300", "1e301", false)]
    [InlineData("eq", "true", "true", true)]
    [InlineData("eq", "true", "\"true\"", false)]
    [InlineData("eq", "false", "false", true)]
    [InlineData("eq", "\"a\"", "[\"a\"]", false)]
    [InlineData("eq", "\"a\"", "{\"a\":1}", false)]
    [InlineData("eq", "\"a\"", "null", false)]
    [InlineData("eq", "\"2024-05-01\"", "\"2024-05-01T00:00:00Z\"", false)]
    [InlineData("eq", "null", "null", false, "value")]
    [InlineData("eq", "[1]", "1", false, "value")]
    [InlineData("neq", "\"pro\"", "\"free\"", true)]
    [InlineData("neq", "\"pro\"", "\"pro\"", false)]
    [InlineData("neq", "1", "\"1\"", true)]
    [InlineData("gt", "10", "10.5", true)]
    [InlineData("gt", "10", "10", false)]
    [InlineData("gt", "10", "\"11\"", false)]
    [InlineData("gt", "9", "10", true)]
    [InlineData("gt", "1e30", "1e31", true)]
    [InlineData("gt", "79228162514264337593543950335", "79228162514264337593543950336", true)]
    [InlineData("gt", "0", "1e-40", true)]
    [InlineData("lt", "0", "-1e-40", true)]
    [InlineData("gt", "\"ten\"", "11", false)]
    [InlineData("gt", "\"10\"", "11", false)]
    [InlineData("gt", "\"10\"", "\"9\"", true)]
    [InlineData("gt", "\"basic\"", "\"basic+\"", true)]
    [InlineData("gt", "\"basic\"", "\"basic\"", false)]
    [InlineData("gt", "\"Z\"", "\"a\"", true)]
    [InlineData("gt", "\"z\"", "\"ä\"", true)]
    [InlineData("gte", "\"basic\"", "\"basic\"", true)]
    [InlineData("lt", "\"basic\"", "\"Basic\"", true)]
    [InlineData("lt", "\"basic\"", "[\"a\"]", false)]
    [InlineData("lte", "\"basic\"", "\"basis\"", false)]
    [InlineData("gt", "[\"a\"]", "\"b\"", false, "value")]
    [InlineData("gt", "true", "11", false, "value")]
    [InlineData("gt", "\"2024-05-01T10:00:00Z\"", "\"2024-05-01T12:00:01+02:00\"", true)]
    [InlineData("gt", "\"2024-05-01T10:00:00Z\"", "\"2024-05-01T12:00:00+02:00\"", false)]
    [InlineData("gt", "\"2024-05-01\"", "\"2024-05-01T00:00:00.000001Z\"", true)]
    [InlineData("gt", "\"2024-05-01\"", "1714521600001", false)]
    [InlineData("gte", "10", "10", true)]
    [InlineData("gte", "10", "9.99", false)]
    [InlineData("gte", "\"2024-05-01T10:00:00Z\"", "\"2024-05-01T12:00:00+02:00\"", true)]
    [InlineData("gte", "\"-1h\"", "\"2024-05-01T11:00:00Z\"", true)]
    [InlineData("gte", "\"-1h\"", "\"2024-05-01T10:59:59.999999Z\"", false)]
    [InlineData("lt", "10", "9.99", true)]
    [InlineData("lt", "10", "10", false)]
    [InlineData("lte", "10", "10", true)]
    [InlineData("lte", "10", "10.01", false)]
    [InlineData("contains", "\"am\"", "\"camel\"", true)]
    [InlineData("contains", "\"AM\"", "\"camel\"", false)]
    [InlineData("contains", "\"\"", "\"camel\"", true)]
    [InlineData("contains", "\"a\"", "[\"a\",\"b\"]", true)]
    [InlineData("contains", "\"a\"", "[\"ab\"]", false)]
    [InlineData("contains", "2", "[1,2.0]", true)]
    [InlineData("contains", "2", "[\"2\"]", false)]
    [InlineData("contains", "true", "[true]", true)]
    [InlineData("contains", "1", "\"123\"", false)]
    [InlineData("contains", "1", "123", false)]
    [InlineData("contains", "\"a\"", "[[\"a\"]]", false)]
    [InlineData("contains", "\"a\"", "[]", false)]
    [InlineData("not_contains", "\"a\"", "[\"b\"]", true)]
    [InlineData("not_contains", "\"a\"", "\"cat\"", false)]
    [InlineData("not_contains", "\"a\"", "5", true)]
    [InlineData("starts_with", "\"ca\"", "\"camel\"", true)]
    [InlineData("starts_with", "\"Ca\"", "\"camel\"", false)]
    [InlineData("starts_with", "\"ca\"", "[\"camel\"]", false)]
    [InlineData("starts_with", "1", "12", false, "value")]
    [InlineData("ends_with", "\"el\"", "\"camel\"", true)]
    [InlineData("ends_with", "\"a\"", "\"camel\"", false)]
    [InlineData("in", "[\"a\",2,true]", "\"a\"", true)]
    [InlineData("in", "[\"a\",2,true]", "2.0", true)]
    [InlineData("in", "[\"a\",2,true]", "true", true)]
    [InlineData("in", "[\"a\",2,true]", "\"2\"", false)]
    [InlineData("in", "[\"a\",2,true]", "false", false)]
    [InlineData("in", "[]", "1", false)]
    [InlineData("in", "\"a\"", "\"a\"", false, "value")]
    [InlineData("in", "[\"a\",null]", "\"a\"", false, "value[1]")]
    [InlineData("not_in", "[\"a\",2]", "\"a\"", false)]
    [InlineData("not_in", "[\"a\",2]", "\"b\"", true)]
    [InlineData("not_in", "[]", "\"b\"", true)]
    [InlineData("exists", null, "\"\"", true)]
    [InlineData("exists", null, "false", true)]
    [InlineData("exists", null, "[]", true)]
    [InlineData("exists", null, "null", false)]
    [InlineData("exists", "true", "1", false, "value")]
    [InlineData("not_exists", null, "0", false)]
    [InlineData("not_exists", null, "null", true)]
    [InlineData("matches", "\"^c.*l$\"", "\"camel\"", true)]
    [InlineData("matches", "\"me\"", "\"camel\"", true)]
    [InlineData("matches", "\"ME\"", "\"camel\"", false)]
    [InlineData("matches", "\"(?i)ME\"", "\"camel\"", true)]
    [InlineData("matches", "\"1\"", "1", false)]
    [InlineData("matches", "\"(\"", "\"(\"", false, "value")]
    [InlineData("matches", "\"(?=a)\"", "\"a\"", false, "value")]
    [InlineData("matches", "\"(a)\\\\1\"", "\"aa\"", false, "value")]
    [InlineData("matches", "\"((a{1000}){1000}){1000}\"", "\"a\"", false, "value")]
    [InlineData("before", "\"2024-05-01\"", "\"2024-04-30T23:59:59.999999Z\"", true)]
    [InlineData("before", "\"2024-05-01\"", "\"2024-05-01T00:00:00Z\"", false)]
    [InlineData("before", "\"-7d\"", "\"2024-04-24T11:59:59Z\"", true)]
    [InlineData("before", "\"-7d\"", "\"2024-04-24T12:00:00Z\"", false)]
    [InlineData("before", "\"+7d\"", "\"2024-05-08T11:59:59Z\"", true)]
    [InlineData("before", "\"2024-05-01\"", "\"soon\"", false)]
    [InlineData("before", "\"2024-05-01\"", "\"2024-02-30\"", false)]
    [InlineData("before", "\"2024-05-01\"", "5", false)]
    [InlineData("before", "\"2024-13-01\"", "\"2024-01-01\"", false, "value")]
    [InlineData("before", "5", "\"2024-01-01\"", false, "value")]
    [InlineData("after", "\"2024-05-01\"", "\"2024-05-01T00:00:00Z\"", false)]
    [InlineData("after", "\"2024-05-01\"", "\"2024-05-01t00:00:01z\"", true)]
    [InlineData("after", "\"2024-05-01\"", "\"2024-05-01 00:00:01\"", true)]
    [InlineData("after", "\"-4w\"", "\"2024-04-03T12:00:00.5Z\"", true)]
    [InlineData("within_last", "\"7d\"", "\"2024-04-24T12:00:00Z\"", true)]
    [InlineData("within_last", "\"7d\"", "\"2024-04-24T11:59:59.999999Z\"", false)]
    [InlineData("within_last", "\"7d\"", "\"2024-05-01T12:00:00Z\"", true)]
    [InlineData("within_last", "\"7d\"", "\"2024-05-01T12:00:00.000001Z\"", false)]
    [InlineData("within_last", "\"7d\"", "\"yesterday\"", false)]
    [InlineData("within_last", "\"-7d\"", "\"2024-05-01\"", false, "value")]
    [InlineData("within_last", "\"0d\"", "\"2024-05-01\"", false, "value")]
    [InlineData("within_last", "\"3651d\"", "\"2024-05-01\"", false, "value")]
    [InlineData("not_within_last", "\"7d\"", "\"2024-04-24T12:00:00Z\"", false)]
    [InlineData("not_within_last", "\"7d\"", "\"2024-04-01\"", true)]
    [InlineData("not_within_last", "\"7d\"", "\"never\"", true)]
    [InlineData("is_true", null, "true", true)]
    [InlineData("is_true", null, "\"true\"", false)]
    [InlineData("is_true", null, "1", false)]
    [InlineData("is_false", null, "false", true)]
    [InlineData("is_false", null, "0", false)]
    [InlineData("is_false", null, "true", false)]
    public void An_operator_compares_a_trait_and_a_property_alike(string @operator, string? value, string actual, bool expected, string? wrongAt = null)
    {
        var test = $"\"operator\":\"{@operator}\"" + (value is null ? "" : $",\"value\":{value}");
        var field = $$"""{"field":"traits.x",{{test}}}""";
        var property = $$"""{"event":"A","where":[{"property":"x",{{test}}}]}""";
        if (wrongAt is not null)
        {
            Assert.Null(FilterReader.Read(SimulatedPerson.Json(field), out var error));
            Assert.Equal($"filter.{wrongAt}", error?.Path);
            Assert.Null(FilterReader.Read(SimulatedPerson.Json(property), out error));
            Assert.Equal($"filter.where[0].{wrongAt}", error?.Path);
            return;
        }

        Assert.Equal(expected, Preview.Matches(field, Preview.WithTrait(actual)));
        Assert.Equal(expected, Preview.Matches(property, Preview.WithEvents(("A", TimeSpan.Zero, $$"""{"x":{{actual}}}"""))));
    }

    [Theory]
    [InlineData("eq", "1", false)]
    [InlineData("neq", "1", true)]
    [InlineData("gt", "1", false)]
    [InlineData("gte", "1", false)]
    [InlineData("lt", "1", false)]
    [InlineData("lte", "1", false)]
    [InlineData("contains", "\"\"", false)]
    [InlineData("not_contains", "\"\"", true)]
    [InlineData("starts_with", "\"\"", false)]
    [InlineData("ends_with", "\"\"", false)]
    [InlineData("in", "[1]", false)]
    [InlineData("not_in", "[1]", true)]
    [InlineData("exists", null, false)]
    [InlineData("not_exists", null, true)]
    [InlineData("matches", "\"\"", false)]
    [InlineData("before", "\"2024-05-01\"", false)]
    [InlineData("after", "\"2024-05-01\"", false)]
    [InlineData("within_last", "\"7d\"", false)]
    [InlineData("not_within_last", "\"7d\"", true)]
    [InlineData("is_true", null, false)]
    [InlineData("is_false", null, false)]
    public void A_missing_field_satisfies_only_the_negated_operators(string @operator, string? value, bool expected)
    {
        var test = $"\"operator\":\"{@operator}\"" + (value is null ? "" : $",\"value\":{value}");

        Assert.Equal(expected, Preview.Matches($$"""{"field":"traits.x",{{test}}}""", new SimulatedPerson()));
        Assert.Equal(expected, Preview.Matches($$"""{"field":"traits.x.y",{{test}}}""", Preview.WithTrait("[1]")));
        Assert.Equal(expected, Preview.Matches($$"""{"field":"groups.x",{{test}}}""", new SimulatedPerson()));
        Assert.Equal(expected, Preview.Matches($$"""{"event":"A","where":[{"property":"x",{{test}}}]}""", Preview.WithEvents(("A", TimeSpan.Zero, "{}"))));
    }

    [Fact]
    public void Every_operator_is_tried_above()
    {
        var tried = typeof(FieldOperatorTests).GetMethod(nameof(A_missing_field_satisfies_only_the_negated_operators))!
            .GetCustomAttributes(typeof(InlineDataAttribute), false).Cast<InlineDataAttribute>().Select(data => (string)data.Data[0]!);

        Assert.Equal(Enum.GetValues<FieldOperator>().Select(each => each.Text()).Order(), tried.Order());
    }

    [Fact]
    public void Relative_dates_in_an_events_properties_count_from_the_event()
    {
        const string filter = """{"event":"A","where":[{"property":"x","operator":"within_last","value":"1h"}]}""";
        var person = Preview.WithEvents(("A", TimeSpan.FromDays(30), """{"x":"2024-04-01T11:30:00Z"}"""));

        Assert.True(Preview.Matches(filter, person));
    }
}
