using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Domain.Tests.Segments;

public sealed class SegmentReferencesTests
{
    [Fact]
    public void A_segment_may_not_refer_to_itself()
    {
        var error = SegmentReferences.Check(Id(1), Refer(1), Definitions());

        Assert.Contains("circle", error!.Message, StringComparison.Ordinal);
        Assert.Equal("filter.and[0].segment", error.Path);
        Assert.Equal([Id(1), Id(1)], SegmentReferences.FindCycle(Id(1), Definitions((1, Refer(1)))));
    }

    [Fact]
    public void A_change_may_not_close_a_circle()
    {
        var others = Definitions((1, Preview.Tree("""{"event":"A"}""")), (2, Refer(1, 1)), (3, Refer(1, 2)));

        Assert.Null(SegmentReferences.Check(Id(1), Preview.Tree("""{"event":"B"}"""), others));
        Assert.NotNull(SegmentReferences.Check(Id(1), Refer(3), others));
        Assert.Equal([Id(1), Id(3), Id(2), Id(1)], SegmentReferences.FindCycle(Id(1), Definitions((1, Refer(3)), (2, Refer(1)), (3, Refer(2)))));
    }

    [Fact]
    public void A_segment_that_is_not_there_is_refused_at_its_path()
    {
        var error = SegmentReferences.Check(Id(1), new AndNode([Preview.Tree("""{"event":"A"}"""), new NotNode(new SegmentReference(Id(9)))]), Definitions());

        Assert.Equal("filter.and[1].not.segment", error?.Path);
    }

    [Fact]
    public void An_error_about_a_reference_in_text_names_its_place()
    {
        var body = SimulatedPerson.Json($$"""{"where":"did('A') AND ALL(in_segment('{{Id(2)}}'))\n  OR NOT in_segment('{{Id(9)}}')"}""");
        var tree = SegmentSpellings.Read(body, out _)!;
        var others = Definitions((2, new EventCondition("A")));

        var missing = SegmentSpellings.Placed(SegmentReferences.Check(Id(1), tree, others)!, tree, body);
        Assert.Equal(("where", new TextPlace(2, 10)), (missing.Path, missing.Place!.Value));
        Assert.Equal($"line 2, column 10: there is no segment {Id(9)}", missing.Message);

        others[Id(9)] = new EventCondition("A");
        others[Id(2)] = Refer(1);
        var circle = SegmentSpellings.Placed(SegmentReferences.Check(Id(1), tree, others)!, tree, body);
        Assert.Equal(new TextPlace(1, 18), circle.Place);

        var deep = SegmentSpellings.Placed(new SegmentError("filter", "too deep"), tree, body);
        Assert.Equal(new SegmentError("where", "too deep"), deep);
        Assert.Equal(deep with { Path = "filter" }, SegmentSpellings.Placed(deep with { Path = "filter" }, tree, SimulatedPerson.Json("{}")));
    }

    [Fact]
    public void Chains_and_their_expansion_are_bounded_from_either_end()
    {
        var chain = Definitions([(1, Preview.Tree("""{"event":"A"}""")), .. Enumerable.Range(2, SegmentLimits.ReferenceDepthMax - 1).Select(i => (i, Refer(i - 1)))]);
        Assert.Null(SegmentReferences.Check(Id(50), Refer(SegmentLimits.ReferenceDepthMax - 1), chain));
        Assert.NotNull(SegmentReferences.Check(Id(50), Refer(SegmentLimits.ReferenceDepthMax), chain));
        chain[Id(60)] = Preview.Tree("""{"event":"B"}""");
        Assert.NotNull(SegmentReferences.Check(Id(1), Refer(60), chain));

        var doubling = Definitions([(1, Preview.Tree("""{"event":"A"}""")), .. Enumerable.Range(2, 11).Select(i => (i, Refer(i - 1, i - 1)))]);
        Assert.Null(SegmentReferences.Check(Id(12), Refer(11, 11), doubling));
        Assert.Contains("nodes", SegmentReferences.Check(Id(13), Refer(12, 12, 12), doubling)!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_steps_of_a_sequence_count_where_references_are_expanded()
    {
        var steps = new SequenceStep("B") { Then = new SequenceStep("C") { Where = [new PropertyCondition(PropertyPath.Parse("a")!, FieldOperator.Exists, null)] } };
        var sequence = Definitions((1, new EventCondition("A") { Then = steps }));

        // Each reference is a node, and so are the condition, two steps and a property condition; the list is one more.
        const int ReferencesMax = (SegmentLimits.ExpandedNodesMax - 1) / 5;
        Assert.Null(SegmentReferences.Check(Id(2), Refer([.. Enumerable.Repeat(1, ReferencesMax)]), sequence));
        Assert.NotNull(SegmentReferences.Check(Id(2), Refer([.. Enumerable.Repeat(1, ReferencesMax + 1)]), sequence));
    }

    [Fact]
    public void Trees_are_compared_by_value()
    {
        Assert.Equal(Refer(1, 2), Refer(1, 2));
        Assert.NotEqual(Refer(1, 2), Refer(2, 1));
        Assert.Equal(Refer(1, 2).GetHashCode(), Refer(1, 2).GetHashCode());
    }

    internal static SegmentId Id(int number) => new(new Guid(number, 0, 0, new byte[8]));

    private static AndNode Refer(params int[] others) => new([.. others.Select(other => (SegmentNode)new SegmentReference(Id(other)))]);

    private static Dictionary<SegmentId, SegmentNode> Definitions(params IEnumerable<(int Id, SegmentNode Tree)> definitions) =>
        definitions.ToDictionary(each => Id(each.Id), each => each.Tree);
}
