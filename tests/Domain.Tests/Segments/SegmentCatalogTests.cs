using CdpPipeline.Domain.Log;
using CdpPipeline.Domain.Segments;
using static CdpPipeline.Domain.Tests.Segments.SegmentReferencesTests;

namespace CdpPipeline.Domain.Tests.Segments;

public sealed class SegmentCatalogTests
{
    private static readonly DateTimeOffset Now = Preview.Now;

    [Fact]
    public void Conditions_keep_their_number_and_numbers_are_never_given_again()
    {
        var a = Preview.Tree("""{"event":"A"}""");
        var b = Preview.Tree("""{"not":{"event":"B","within":"4w"}}""");
        var first = ConditionNumbers.None.For([a, b, Preview.Tree("""{"event":"B","within":"28d"}""")]);
        var second = first.For([b]);
        var third = second.For([a, b]);

        Assert.Equal((2, 2), (first.Highest, first.Kept.Count));
        Assert.Equal((2, 1), (second.Highest, second.Kept.Count));
        Assert.Equal(3, third.Find((EventCondition)a)?.Number);
        Assert.Equal(2, third.Find((EventCondition)Preview.Tree("""{"event":"B","within":"28d"}"""))?.Number);
    }

    [Theory]
    [InlineData("""{"and":[{"event":"A","within":"30d"},{"event":"B","within":"3d"},{"not":{"event":"C","within":"1d"}}]}""", """{"event":"B","within":"3d"}""")]
    [InlineData("""{"and":[{"event":"A","count":{"operator":"lte","value":0},"within":"1h"},{"event":"B"}]}""", """{"event":"B"}""")]
    [InlineData("""{"or":[{"event":"A","within":"30d"},{"event":"B","within":"3d"}]}""", null)]
    [InlineData("""{"and":[{"field":"email","operator":"exists"},{"event":"A"}]}""", null)]
    [InlineData("""{"and":[{"not":{"event":"A"}},{"not":{"event":"B"}}]}""", null)]
    public void A_preview_looks_first_at_whatever_condition_of_a_conjunction_leaves_fewest_people(string filter, string? narrowest)
    {
        var tree = Preview.Tree(filter);
        var number = narrowest is null ? null : ConditionNumbers.None.For([tree]).Find((EventCondition)Preview.Tree(narrowest))?.Number;

        KnownConditions[] expected = number is { } beside ? [new(0), new(0, beside), KnownConditions.All] : [new(0), KnownConditions.All];
        Assert.Equal(expected, SegmentCatalog.Empty.ForPreview(tree).Steps);
    }

    [Theory]
    [InlineData("""{"event":"A","within":"7d"}""", """{"event":"A","count":{"operator":"eq","value":0},"within":"6h"}""")]
    [InlineData("""{"event":"A","between":{"from":"30d","to":"7d"}}""", """{"event":"A","between":{"from":"30d","to":"7d"},"count":{"operator":"lt","value":1}}""")]
    [InlineData("""{"event":"A","aggregate":{"fn":"sum","property":"p","operator":"gt","value":5},"within":"7d"}""", """{"event":"A","aggregate":{"fn":"avg","property":"p","operator":"lt","value":1},"between":{"from":"5d","to":"1d"}}""")]
    [InlineData("""{"event":"A","count":{"value":3},"then":{"event":"B","within":"1h"},"within":"7d"}""", """{"event":"A","then":{"event":"B","within":"1h"},"within":"2d"}""")]
    public void Conditions_that_ask_about_the_same_events_share_what_is_kept(string larger, string smaller)
    {
        var (a, b) = ((EventCondition)Preview.Tree(larger), (EventCondition)Preview.Tree(smaller));
        var both = ConditionNumbers.None.For([a, b]);

        Assert.Equal(1, both.Highest);
        Assert.Equal(both.Find(a), both.Find(b));
    }

    [Theory]
    [InlineData("""{"event":"A","within":"7d"}""", """{"event":"A","within":"8d"}""")]
    [InlineData("""{"event":"A","within":"7d"}""", """{"event":"A","count":{"value":2},"within":"7d"}""")]
    [InlineData("""{"event":"A","aggregate":{"fn":"distinct","property":"p","operator":"gte","value":2}}""", """{"event":"A","aggregate":{"fn":"distinct","property":"p","operator":"gte","value":3}}""")]
    public void What_has_to_keep_more_than_before_gets_a_new_number_for_all_who_share_it(string smaller, string larger)
    {
        var (a, b) = ((EventCondition)Preview.Tree(smaller), (EventCondition)Preview.Tree(larger));
        var first = ConditionNumbers.None.For([a]);
        var second = first.For([a, b]);

        Assert.Null(first.Find(b));
        Assert.Equal((2, 2), (second.Find(a)?.Number, second.Find(b)?.Number));
        Assert.Equal(second, second.For([a]).For([a, b]));
    }

    [Theory]
    [InlineData("""{"event":"A","within":"7d"}""", """{"event":"A"}""")]
    [InlineData("""{"event":"A","within":"7d"}""", """{"event":"A","between":{"from":"7d","to":"1d"}}""")]
    [InlineData("""{"event":"A","within":"7d"}""", """{"event":"A","where":[{"property":"p","operator":"exists"}],"within":"7d"}""")]
    [InlineData("""{"event":"A","aggregate":{"fn":"sum","property":"p","operator":"gt","value":5}}""", """{"event":"A","aggregate":{"fn":"sum","property":"q","operator":"gt","value":5}}""")]
    public void Conditions_that_ask_about_other_events_or_another_end_keep_their_own(string one, string other)
    {
        var both = ConditionNumbers.None.For([Preview.Tree(one), Preview.Tree(other)]);

        Assert.Equal(2, both.Kept.Count);
    }

    [Fact]
    public void An_event_that_nothing_mentions_changes_and_allocates_nothing()
    {
        var catalog = Catalog("""{"event":"A","within":"7d"}""", """{"field":"traits.plan","operator":"eq","value":"pro"}""");
        var windows = WindowSet.Empty(catalog.HighestCondition);
        var other = new EventEntry(1, 1, SimulatedPerson.Call("Other", Now, Now));
        var person = new SimulatedPerson();
        var state = catalog.Evaluate(MembershipState.None, person, PersonChange.Everything, Now).State;
        var change = PersonChange.Event("Other") with { TraitKeys = ["city"] };
        Assert.Same(windows, catalog.Observe(windows, other));
        Assert.Same(state, catalog.Evaluate(state, person, change, Now).State);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            catalog.Observe(windows, other);
            catalog.Evaluate(state, person, change, Now);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void An_event_whose_properties_do_not_match_leaves_the_same_instance()
    {
        var catalog = Catalog("""{"event":"A","where":[{"property":"total","operator":"gt","value":5}]}""");
        var windows = WindowSet.Empty(catalog.HighestCondition);

        Assert.Same(windows, catalog.Observe(windows, SimulatedPerson.Call("A", Now, Now, """{"total":5}""")));
        Assert.NotSame(windows, catalog.Observe(windows, SimulatedPerson.Call("A", Now, Now, """{"total":6}""")));
        Assert.Same(windows, catalog.Observe(windows, SimulatedPerson.Call("A", Now, Now) with { Properties = default }));
    }

    [Fact]
    public void What_a_component_does_not_know_is_computed_from_its_log_only()
    {
        var first = SegmentCatalog.Compile(1, [(Id(1), Preview.Tree("""{"event":"A"}"""))], ConditionNumbers.None.For([Preview.Tree("""{"event":"A"}""")]));
        var windows = first.Observe(WindowSet.Empty(1), SimulatedPerson.Call("A", Now, Now));
        var tree = Preview.Tree("""{"event":"*","count":{"value":2}}""");
        var second = SegmentCatalog.Compile(2, [(Id(2), tree)], ConditionNumbers.None.For([Preview.Tree("""{"event":"A"}""")]).For([tree]));

        Assert.Same(windows, second.Observe(windows, SimulatedPerson.Call("A", Now, Now)));
        var person = new SimulatedPerson { Components = { new SimulatedComponent(0) { Windows = windows } } };
        Assert.Throws<InvalidOperationException>(() => second.Evaluate(MembershipState.None, person, default, Now));

        var computed = WindowSet.Empty(second.HighestCondition);
        for (var i = 0; i < 2; i++) computed = second.ObserveFrom(windows.KnownThrough, computed, SimulatedPerson.Call("A", Now, Now));
        var extended = second.Extend(windows, computed);
        Assert.Equal(2, extended.KnownThrough);
        Assert.Equal(2, extended.Times(2).Length);
        Assert.True(extended.Times(1).IsEmpty);
    }

    [Fact]
    public void Knowledge_made_by_a_newer_catalog_is_lowered_by_an_older_one()
    {
        var older = Catalog("""{"event":"A"}""");
        var windows = WindowSet.Combine(WindowSet.Empty(7), WindowSet.Empty(9));

        Assert.Equal(1, older.Observe(windows, SimulatedPerson.Call("B", Now, Now)).KnownThrough);
    }

    [Fact]
    public void Memberships_enter_leave_and_flip()
    {
        var catalog = Catalog("""{"event":"A","within":"30m"}""", """{"field":"traits.plan","operator":"eq","value":"pro"}""");
        var person = new SimulatedPerson { Components = { new SimulatedComponent(catalog.HighestCondition) } };
        var state = catalog.Evaluate(MembershipState.None, person, default, Now).State;
        Assert.Null(state.Due);

        person.Components[0].Windows = catalog.Observe(person.Windows, SimulatedPerson.Call("A", Now.AddMinutes(-10), Now));
        var entered = catalog.Evaluate(state, person, PersonChange.Event("A"), Now);
        Assert.Equal([Id(1)], entered.Entered);
        Assert.Equal(Now, entered.State.Since(Id(1)));
        Assert.Equal(Now.AddMinutes(20).AddMicroseconds(1), entered.Due);

        person.Traits["plan"] = SimulatedPerson.Json("\"pro\"");
        Assert.Empty(catalog.Evaluate(entered.State, person, PersonChange.Event("A"), Now).Entered);
        var both = catalog.Evaluate(entered.State, person, new PersonChange { TraitKeys = ["plan"] }, Now.AddMinutes(20));
        Assert.Equal([Id(2)], both.Entered);
        Assert.Equal(Now, both.State.Since(Id(1)));

        var left = catalog.Evaluate(both.State, person, default, both.Due!.Value);
        Assert.Equal([Id(1)], left.Left);
        Assert.Null(left.Due);
        Assert.Equal([Id(2)], left.State.Memberships.Select(each => each.Key));
    }

    [Fact]
    public void A_restored_state_and_another_catalog_look_at_all_segments()
    {
        var catalog = Catalog("""{"and":[]}""", """{"or":[]}""");
        var stored = MembershipState.Restore([KeyValuePair.Create(Id(9), Now), KeyValuePair.Create(Id(2), Now), KeyValuePair.Create(Id(1), Now)]);

        var result = catalog.Evaluate(stored, new SimulatedPerson(), default, Now.AddDays(1));

        Assert.Equal([Id(2), Id(9)], result.Left);
        Assert.Empty(result.Entered);
        Assert.Equal(Now, result.State.Since(Id(1)));
        Assert.Same(result.State, catalog.Evaluate(result.State, new SimulatedPerson(), PersonChange.Everything, Now.AddDays(1)).State);
    }

    [Fact]
    public void A_preview_numbers_only_what_is_new()
    {
        var catalog = Catalog("""{"event":"A"}""");

        Assert.False(catalog.ForPreview(Preview.Tree("""{"not":{"event":"A"}}""")).NeedsLog);
        var preview = catalog.ForPreview(Preview.Tree($$"""{"and":[{"segment":"{{Id(1)}}"},{"event":"B"}]}"""));
        Assert.True(preview.NeedsLog);
        Assert.Equal((1, 2), (preview.KnownThrough, preview.Catalog.HighestCondition));
    }

    [Fact]
    public void Among_ten_thousand_segments_only_those_of_the_event_are_looked_at()
    {
        var trees = Enumerable.Range(0, 10_000).Select(i => (Id(i), Preview.Tree($$"""{"event":"E{{i}}","within":"7d"}"""))).ToList();
        var catalog = SegmentCatalog.Compile(1, trees, ConditionNumbers.None.For(trees.Select(each => each.Item2)));
        var person = new SimulatedPerson { Components = { new SimulatedComponent(catalog.HighestCondition) } };
        var state = catalog.Evaluate(MembershipState.None, person, default, Now).State;
        person.Components[0].Windows = catalog.Observe(person.Windows, SimulatedPerson.Call("E77", Now, Now));

        var result = catalog.Evaluate(state, person, PersonChange.Event("E77"), Now);

        Assert.Equal([Id(77)], result.Entered);
        Assert.Single(result.State.Flips);
    }

    [Theory]
    [InlineData("")]
    [InlineData("02")]
    [InlineData("0202010100")]
    [InlineData("020201010005")]
    [InlineData("03")]
    [InlineData("0102FFFFFFFF0F")]
    [InlineData("01020101")]
    [InlineData("0102010100")]
    [InlineData("01020001")]
    [InlineData("FFFFFFFFFFFFFFFFFFFFFF")]
    public void Broken_bytes_are_no_window_set(string hex) => Assert.Throws<InvalidDataException>(() => WindowSetFormat.Read(Convert.FromHexString(hex)));

    [Fact]
    public void A_window_set_of_the_first_version_reads_as_it_was()
    {
        var windows = WindowSetFormat.Read(Convert.FromHexString("0102010102C80103"));

        Assert.Equal(2, windows.KnownThrough);
        Assert.Equal([100, 103], windows.Times(1).ToArray());
        Assert.Equal(windows, WindowSetFormat.Read(WindowSetFormat.Write(windows)));
    }

    [Fact]
    public void A_flip_that_only_moves_later_is_left_where_it_was_until_it_is_due()
    {
        var catalog = Catalog("""{"event":"A","within":"30m"}""");
        var person = new SimulatedPerson { Components = { new SimulatedComponent(catalog.HighestCondition) } };
        var component = person.Components[0];
        component.Windows = catalog.Observe(component.Windows, SimulatedPerson.Call("A", Now, Now));
        var state = catalog.Evaluate(MembershipState.None, person, default, Now).State;

        component.Windows = catalog.Observe(component.Windows, SimulatedPerson.Call("A", Now.AddMinutes(10), Now.AddMinutes(10)));
        Assert.Same(state, catalog.Evaluate(state, person, PersonChange.Event("A"), Now.AddMinutes(10)).State);

        var woken = catalog.Evaluate(state, person, default, state.Due!.Value);
        Assert.Empty(woken.Left);
        Assert.Equal(Now.AddMinutes(40).AddMicroseconds(1), woken.Due);
        Assert.Equal([Id(1)], catalog.Evaluate(woken.State, person, default, woken.Due!.Value).Left);
    }

    [Fact]
    public void Evaluating_a_hundred_conditions_that_stay_as_they_are_allocates_nothing()
    {
        var catalog = Catalog([.. Enumerable.Range(0, 100).Select(i => (i % 4) switch
        {
            0 => $$"""{"event":"A","within":"{{i + 1}}d"}""",
            1 => $$"""{"event":"A","within":"{{i + 1}}d","aggregate":{"fn":"sum","property":"v","operator":"gte","value":5} }""",
            2 => $$"""{"event":"A","within":"{{i + 1}}d","aggregate":{"fn":"max","property":"v","operator":"lte","value":50} }""",
            _ => $$"""{"event":"A","within":"{{i + 1}}d","then":{"event":"B"} }""",
        })]);
        var events = Enumerable.Range(0, 20).Select(i => SimulatedPerson.Call("A", Now.AddSeconds(i), Now.AddSeconds(i), """{"v":7}"""));
        var person = new SimulatedPerson { Kept = events.Aggregate(WindowSet.Empty(catalog.HighestCondition), (known, e) => catalog.Observe(known, e)) };
        var state = catalog.Evaluate(MembershipState.None, person, default, Now.AddSeconds(20)).State;
        var change = PersonChange.Event("A");
        for (var i = 0; i < 3; i++) catalog.Evaluate(state, person, change, Now.AddMinutes(1));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) catalog.Evaluate(state, person, change, Now.AddMinutes(1));

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Same(state, catalog.Evaluate(state, person, change, Now.AddMinutes(1)).State);
    }

    private static SegmentCatalog Catalog(params string[] filters)
    {
        var trees = filters.Select((filter, i) => (Id(i + 1), Preview.Tree(filter))).ToList();
        return SegmentCatalog.Compile(1, trees, ConditionNumbers.None.For(trees.Select(each => each.Item2)));
    }
}
