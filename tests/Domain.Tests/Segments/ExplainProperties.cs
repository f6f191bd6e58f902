using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Domain.Tests.Segments;

public sealed class ExplainProperties
{
    [Fact]
    public void An_explanation_agrees_with_the_membership_with_itself_and_with_the_clock() => Seeds.Each(2_000, random =>
    {
        var filters = new RandomFilters(random, Preview.Now);
        var person = Preview.WithEvents(Enumerable.Range(0, random.Next(8))
            .Select(_ => (filters.One("A", "B", "C"), TimeSpan.FromSeconds(random.Next(-60, 200)), filters.Properties())).ToList());
        foreach (var trait in SimulatedPerson.Json(filters.Properties()).EnumerateObject()) person.Traits[trait.Name] = trait.Value;
        var tree = Preview.Tree(filters.Filter([]));
        var preview = SegmentCatalog.Empty.ForPreview(tree);
        var windows = person.Entries.Aggregate(WindowSet.Empty(preview.Catalog.HighestCondition), preview.Catalog.Observe);

        var root = preview.Explain(person, windows, Preview.Now);

        Assert.Equal(tree, root.Node);
        Assert.Equal(preview.Segment.Matches(person, windows, Preview.Now), root.Holds);
        Check(root);
        if (root.Until is { } until)
        {
            Assert.True(until > Preview.Now);
            Assert.Equal(root.Holds, preview.Segment.Matches(person, windows, until.AddMicroseconds(-1)));
            Assert.NotEqual(root.Holds, preview.Segment.Matches(person, windows, until));
        }
        else
        {
            Assert.Equal(root.Holds, preview.Segment.Matches(person, windows, Preview.Now.AddYears(1)));
        }
    });

    [Fact]
    public void A_reference_is_explained_by_the_other_definition()
    {
        var other = new SegmentId(Guid.CreateVersion7());
        var tree = Preview.Tree("""{"field":"traits.x","operator":"eq","value":1}""");
        var preview = SegmentCatalog.Compile(1, [(other, tree)], ConditionNumbers.None.For([tree])).ForPreview(new NotNode(new SegmentReference(other)));

        var root = preview.Explain(Preview.WithTrait("1"), WindowSet.Empty(0), Preview.Now);

        var reference = Assert.Single(root.Inner);
        var inner = Assert.Single(reference.Inner);
        Assert.Equal((false, true, true), (root.Holds, reference.Holds, inner.Holds));
        Assert.Equal(("filter", "filter.not", "filter"), (root.Path, reference.Path, inner.Path));
        Assert.Equal("1", Assert.Single(inner.Actual).GetRawText());
    }

    [Theory]
    [InlineData("1.50", "1.5")]
    [InlineData("\"a\"", "\"a\"")]
    [InlineData("false", "false")]
    [InlineData("[1,\"a\"]", "[1,\"a\"]")]
    [InlineData("{\"a\":1}", "{\"a\":1}")]
    [InlineData("1e300", "1E+300")]
    public void The_actual_value_is_shown_as_it_was_read(string trait, string shown)
    {
        var preview = SegmentCatalog.Empty.ForPreview(Preview.Tree("""{"field":"traits.x","operator":"exists"}"""));

        Assert.Equal(shown, Assert.Single(preview.Explain(Preview.WithTrait(trait), WindowSet.Empty(0), Preview.Now).Actual).GetRawText());
    }

    private static void Check(ExplainedNode node)
    {
        foreach (var inner in node.Inner) Check(inner);
        var expected = node.Node switch
        {
            AndNode => node.Inner.All(inner => inner.Holds),
            OrNode => node.Inner.Any(inner => inner.Holds),
            NotNode => !Assert.Single(node.Inner).Holds,
            EventCondition { Aggregate: null } condition => condition.Count.Holds(node.Counted),
            FieldCondition { Operator: FieldOperator.Exists } => node.Actual.Count > 0,
            _ => node.Holds,
        };
        Assert.Equal(expected, node.Holds);
    }
}
