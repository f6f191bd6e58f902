using System.Text.Json;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Domain.Tests.Segments;

public sealed class FilterReaderTests
{
    [Theory]
    [InlineData("5", "filter")]
    [InlineData("[]", "filter")]
    [InlineData("{}", "filter")]
    [InlineData("""{"all":[]}""", "filter")]
    [InlineData("""{"and":{}}""", "filter.and")]
    [InlineData("""{"and":[],"or":[]}""", "filter.or")]
    [InlineData("""{"and":[],"and":[]}""", "filter.and")]
    [InlineData("""{"and":[{"event":"A"},{"field":"email"}]}""", "filter.and[1].operator")]
    [InlineData("""{"or":[{"not":{"and":[5]}}]}""", "filter.or[0].not.and[0]")]
    [InlineData("""{"not":null}""", "filter.not")]
    [InlineData("""{"field":"traits.a","operator":"like","value":1}""", "filter.operator")]
    [InlineData("""{"field":"traits.a","operator":5,"value":1}""", "filter.operator")]
    [InlineData("""{"field":"traits.a","operator":"eq"}""", "filter.value")]
    [InlineData("""{"field":"traits.a","operator":"eq","value":1,"unit":"kg"}""", "filter.unit")]
    [InlineData("""{"field":7,"operator":"eq","value":1}""", "filter.field")]
    [InlineData("""{"field":"traits.a","operator":"eq","value":"\ud800"}""", "filter.value")]
    [InlineData("""{"\ud800":1}""", "filter")]
    [InlineData("""{"event":""}""", "filter.event")]
    [InlineData("""{"event":"A","within":"7"}""", "filter.within")]
    [InlineData("""{"event":"A","within":"0d"}""", "filter.within")]
    [InlineData("""{"event":"A","within":"-7d"}""", "filter.within")]
    [InlineData("""{"event":"A","within":"1.5d"}""", "filter.within")]
    [InlineData("""{"event":"A","within":"7 d"}""", "filter.within")]
    [InlineData("""{"event":"A","within":7}""", "filter.within")]
    [InlineData("""{"event":"A","within":"3651d"}""", "filter.within")]
    [InlineData("""{"event":"A","within":"99999999999w"}""", "filter.within")]
    [InlineData("""{"event":"A","count":3}""", "filter.count")]
    [InlineData("""{"event":"A","count":{}}""", "filter.count.value")]
    [InlineData("""{"event":"A","count":{"value":1.5}}""", "filter.count.value")]
    [InlineData("""{"event":"A","count":{"value":-1}}""", "filter.count.value")]
    [InlineData("""{"event":"A","count":{"value":1001}}""", "filter.count.value")]
    [InlineData("""{"event":"A","count":{"operator":"contains","value":1}}""", "filter.count.operator")]
    [InlineData("""{"event":"A","where":{}}""", "filter.where")]
    [InlineData("""{"event":"A","where":[{"property":"a.","operator":"exists"}]}""", "filter.where[0].property")]
    [InlineData("""{"event":"A","where":[{"property":"a","operator":"gt","value":true}]}""", "filter.where[0].value")]
    [InlineData("""{"event":"A","since":"7d"}""", "filter.since")]
    [InlineData("""{"segment":"vip"}""", "filter.segment")]
    [InlineData("""{"segment":""}""", "filter.segment")]
    public void An_error_names_the_path(string filter, string path)
    {
        var tree = FilterReader.Read(SimulatedPerson.Json(filter), out var error);

        Assert.Null(tree);
        Assert.Equal(path, error?.Path);
        Assert.NotEmpty(error!.Message);
    }

    [Fact]
    public void A_filter_is_as_large_as_allowed_and_no_larger()
    {
        Assert.Null(ErrorOf(Nested(SegmentLimits.DepthMax)));
        Assert.NotNull(ErrorOf(Nested(SegmentLimits.DepthMax + 1)));
        Assert.Null(ErrorOf(Wide(SegmentLimits.NodesMax - 1)));
        Assert.NotNull(ErrorOf(Wide(SegmentLimits.NodesMax)));
        Assert.Null(ErrorOf(In(SegmentLimits.ListValuesMax)));
        Assert.Equal("filter.value", ErrorOf(In(SegmentLimits.ListValuesMax + 1))?.Path);
        Assert.Null(ErrorOf(Text(SegmentLimits.TextLengthMax)));
        Assert.Equal("filter.value", ErrorOf(Text(SegmentLimits.TextLengthMax + 1))?.Path);
        Assert.Equal("filter.event", ErrorOf($$"""{"event":"{{new string('a', SegmentLimits.NameLengthMax + 1)}}"}""")?.Path);
        Assert.Equal("filter.field", ErrorOf($$"""{"field":"traits.{{new string('a', SegmentLimits.NameLengthMax)}}","operator":"exists"}""")?.Path);

        static string Nested(int depth) => string.Concat(Enumerable.Repeat("{\"and\":[", depth - 1)) + "{\"event\":\"A\"}" + string.Concat(Enumerable.Repeat("]}", depth - 1));
        static string Wide(int leaves) => $$"""{"or":[{{string.Join(',', Enumerable.Repeat("{\"event\":\"A\"}", leaves))}}]}""";
        static string In(int values) => $$"""{"field":"traits.a","operator":"in","value":[{{string.Join(',', Enumerable.Range(0, values))}}]}""";
        static string Text(int length) => $$"""{"field":"traits.a","operator":"eq","value":"{{new string('a', length)}}"}""";
    }

    [Theory]
    [InlineData("""{"event":"A","count":{"operator":"gte","value":1.0}}""", """{"event":"A"}""")]
    [InlineData("""{"event":"A","where":[],"within":"4w"}""", """{"event":"A","within":"28d"}""")]
    [InlineData("""{"within":"60m","event":"A"}""", """{"event":"A","within":"1h"}""")]
    [InlineData("""{"event":"A","within":"90s"}""", """{"event":"A","within":"90s"}""")]
    [InlineData("""{"field":"traits.a","operator":"eq","value":1.500}""", """{"field":"traits.a","operator":"eq","value":1.5}""")]
    [InlineData("""{"field":"traits.a","operator":"eq","value":1e2}""", """{"field":"traits.a","operator":"eq","value":100}""")]
    [InlineData("""{"field":"traits.a","operator":"exists","value":null}""", """{"field":"traits.a","operator":"exists"}""")]
    [InlineData("""{"field":"createdAt","operator":"after","value":"2024-05-01T02:00:00.50+02:00"}""", """{"field":"createdAt","operator":"after","value":"2024-05-01T00:00:00.5Z"}""")]
    [InlineData("""{"field":"createdAt","operator":"after","value":"-2w"}""", """{"field":"createdAt","operator":"after","value":"-14d"}""")]
    [InlineData("""{"and":[{"or":[]},{"not":{"segment":"0F8FAD5B-D9CB-469F-A165-70867728950E"}}]}""", """{"and":[{"or":[]},{"not":{"segment":"0f8fad5b-d9cb-469f-a165-70867728950e"}}]}""")]
    [InlineData("""{"field":"traits.a","operator":"in","value":["ü\"",true,-0]}""", """{"field":"traits.a","operator":"in","value":["ü\"",true,0]}""")]
    public void A_tree_has_one_spelling_and_reads_back_as_itself(string filter, string canonical)
    {
        var tree = Preview.Tree(filter);

        Assert.Equal(canonical, FilterWriter.Text(tree));
        Assert.Equal(tree, Preview.Tree(canonical));
        Assert.Equal(tree.GetHashCode(), Preview.Tree(canonical).GetHashCode());
        Assert.Equal(tree, FilterReader.ReadTrusted(FilterWriter.ToElement(tree)));
    }

    [Theory]
    [InlineData("""{"kind":"event_type_in_last_days","eventType":"A","days":7}""", """{"event":"A","within":"7d"}""")]
    [InlineData("""{"kind":"event_property_equals","eventType":"A","path":"a.b","value":2,"days":30}""", """{"event":"A","where":[{"property":"a.b","operator":"eq","value":2}],"within":"30d"}""")]
    [InlineData("""{"kind":"event_count_gte_in_last_days","eventType":"A","days":30,"minCount":3}""", """{"event":"A","count":{"operator":"gte","value":3},"within":"30d"}""")]
    public void A_definition_means_a_tree_and_is_written_back(string definition, string filter)
    {
        var tree = DefinitionReader.Read(SimulatedPerson.Json(definition), out var error);

        Assert.Null(error);
        Assert.Equal(Preview.Tree(filter), tree);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream)) Assert.True(DefinitionWriter.TryWrite(writer, tree!));
        Assert.Equal(definition, System.Text.Encoding.UTF8.GetString(stream.ToArray()));
    }

    [Theory]
    [InlineData("""{"eventType":"A","days":7}""", "definition.kind")]
    [InlineData("""{"kind":"event","eventType":"A","days":7}""", "definition.kind")]
    [InlineData("""{"kind":"event_type_in_last_days","days":7}""", "definition.eventType")]
    [InlineData("""{"kind":"event_type_in_last_days","eventType":"A","days":"7"}""", "definition.days")]
    [InlineData("""{"kind":"event_type_in_last_days","eventType":"A","days":0}""", "definition.days")]
    [InlineData("""{"kind":"event_type_in_last_days","eventType":"A","days":7,"minCount":2}""", "definition.minCount")]
    [InlineData("""{"kind":"event_count_gte_in_last_days","eventType":"A","days":7,"minCount":0}""", "definition.minCount")]
    [InlineData("""{"kind":"event_property_equals","eventType":"A","days":7,"path":"","value":1}""", "definition.path")]
    [InlineData("""{"kind":"event_property_equals","eventType":"A","days":7,"path":"a","value":{}}""", "definition.value")]
    public void A_wrong_definition_is_refused_with_its_path(string definition, string path)
    {
        Assert.Null(DefinitionReader.Read(SimulatedPerson.Json(definition), out var error));
        Assert.Equal(path, error?.Path);
    }

    [Theory]
    [InlineData("""{"event":"A"}""")]
    [InlineData("""{"event":"A","within":"36h"}""")]
    [InlineData("""{"event":"A","within":"7d","count":{"operator":"lte","value":0}}""")]
    [InlineData("""{"event":"A","within":"7d","where":[{"property":"a","operator":"neq","value":1}]}""")]
    [InlineData("""{"and":[{"event":"A","within":"7d"}]}""")]
    public void A_tree_of_another_shape_has_no_definition(string filter) => Assert.False(DefinitionWriter.CanWrite(Preview.Tree(filter)));

    [Theory]
    [InlineData("""{"filter":{"event":"A"}}""", null)]
    [InlineData("""{"filter":null,"definition":{"kind":"event_type_in_last_days","eventType":"A","days":7}}""", null)]
    [InlineData("""{"filter":{"event":"A"},"where":"did('A')"}""", "where")]
    [InlineData("""{"filter":{"event":"A"},"definition":{}}""", "definition")]
    [InlineData("""{"where":"did('A')"}""", null)]
    [InlineData("""{"where":"did(A)"}""", "where")]
    [InlineData("""{"where":{"event":"A"}}""", "where")]
    [InlineData("""{"filter":{"events":"A"}}""", "filter")]
    public void A_body_spells_its_definition_once(string body, string? wrongAt)
    {
        var tree = SegmentSpellings.Read(SimulatedPerson.Json(body), out var error);

        Assert.Equal(wrongAt, error?.Path);
        Assert.Equal(wrongAt is null, tree is not null);
    }

    [Theory]
    [InlineData("""{"name":"x"}""")]
    [InlineData("""{"filter":null,"where":null}""")]
    [InlineData("5")]
    public void A_body_without_a_definition_is_no_error_by_itself(string body)
    {
        Assert.Null(SegmentSpellings.Read(SimulatedPerson.Json(body), out var error));
        Assert.Null(error);
    }

    private static SegmentError? ErrorOf(string filter)
    {
        using var document = JsonDocument.Parse(filter, new JsonDocumentOptions { MaxDepth = SegmentLimits.JsonDepthMax });
        FilterReader.Read(document.RootElement, out var error);
        return error;
    }
}
