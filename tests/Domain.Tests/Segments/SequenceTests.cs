using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Domain.Tests.Segments;

public sealed class SequenceTests
{
    private const string Followed = """{"event":"A","then":{"event":"B","within":"30s"}}""";

    [Theory]
    [InlineData(30, true)]
    [InlineData(31, false)]
    [InlineData(0, true)]
    [InlineData(-1, false)]
    public void A_step_follows_at_most_its_distance_later(int seconds, bool expected) =>
        Assert.Equal(expected, Preview.Matches(Followed, Person(("A", 100), ("B", 100 - seconds))));

    [Fact]
    public void Of_equal_timestamps_the_one_that_arrived_first_is_the_earlier()
    {
        Assert.True(Preview.Matches(Followed, Person(("A", 10), ("B", 10))));
        Assert.False(Preview.Matches(Followed, Person(("B", 10), ("A", 10))));
    }

    [Fact]
    public void One_event_is_not_two_steps_but_may_serve_several_first_events()
    {
        Assert.False(Preview.Matches("""{"event":"A","then":{"event":"A"}}""", Person(("A", 10))));
        Assert.True(Preview.Matches("""{"event":"A","then":{"event":"A"},"count":{"operator":"eq","value":2}}""", Person(("A", 30), ("A", 20), ("A", 10))));
        Assert.True(Preview.Matches("""{"event":"A","then":{"event":"B"},"count":{"operator":"eq","value":2}}""", Person(("A", 30), ("A", 20), ("B", 10))));
    }

    [Fact]
    public void The_nearest_follower_need_not_be_the_one_that_leads_on()
    {
        const string filter = """{"event":"A","then":{"event":"B","within":"1m","then":{"event":"C","within":"5s"}}}""";

        Assert.True(Preview.Matches(filter, Person(("A", 90), ("B", 80), ("B", 40), ("C", 35))));
        Assert.False(Preview.Matches(filter, Person(("A", 90), ("B", 80), ("B", 40), ("C", 34))));
        Assert.False(Preview.Matches(filter, Person(("A", 101), ("B", 40), ("C", 35))));
    }

    [Fact]
    public void Only_the_first_event_must_lie_in_the_window_and_all_of_them_in_the_past()
    {
        const string filter = """{"event":"A","between":{"from":"2m","to":"1m"},"then":{"event":"B"}}""";
        var person = Person(("A", 100), ("B", -10));

        Assert.False(Preview.Matches(filter, person));
        Assert.True(Preview.Matches(filter, person, Preview.Now.AddSeconds(10)));
        Assert.True(Preview.Matches(filter, person, Preview.Now.AddSeconds(20)));
        Assert.False(Preview.Matches(filter, person, Preview.Now.AddSeconds(20).AddMicroseconds(1)));
    }

    [Fact]
    public void Steps_have_conditions_of_their_own()
    {
        const string filter = """{"event":"A","where":[{"property":"x","operator":"eq","value":1}],"then":{"event":"A","where":[{"property":"x","operator":"eq","value":2}]}}""";
        var first = ("A", TimeSpan.FromSeconds(20), """{"x":1}""");
        var second = ("A", TimeSpan.FromSeconds(10), """{"x":2}""");

        Assert.True(Preview.Matches(filter, Preview.WithEvents(first, second)));
        Assert.False(Preview.Matches(filter, Preview.WithEvents(first)));
        Assert.False(Preview.Matches(filter, Preview.WithEvents((second.Item1, TimeSpan.FromSeconds(30), second.Item3), first)));
    }

    [Fact]
    public void Sequences_that_count_for_good_keep_nothing_but_their_number()
    {
        var catalog = SegmentCatalog.Empty.ForPreview(Preview.Tree("""{"event":"A","then":{"event":"B"},"count":{"operator":"gte","value":2}}""")).Catalog;
        var component = new SimulatedComponent(1);
        var windows = WindowSet.Empty(1);
        for (var i = 0; i < 100; i++)
        {
            var at = Preview.Now.AddSeconds(i);
            windows = catalog.Observe(windows, component.Add(SimulatedPerson.Call(i % 2 == 0 ? "A" : "B", at, at)));
        }

        var list = (SequenceList)windows.Find(1).List!;
        Assert.Equal((2, 0), (list.Settled, list.Items.Length));
    }

    [Fact]
    public void Many_events_that_only_could_have_followed_need_no_log()
    {
        var preview = SegmentCatalog.Empty.ForPreview(Preview.Tree("""{"not":{"event":"A","then":{"event":"B"}}}"""));
        var component = new SimulatedComponent(1);
        var windows = WindowSet.Empty(1);
        for (var i = 0; i < SegmentLimits.ItemsMax + 100; i++)
        {
            var at = Preview.Now.AddSeconds(i);
            windows = preview.Catalog.Observe(windows, component.Add(SimulatedPerson.Call("B", at, at)));
        }

        var person = new SimulatedPerson();
        Assert.Empty(preview.Undecided(person, windows, Preview.Now.AddDays(1)));
        Assert.True(preview.Segment.Matches(person, windows, Preview.Now.AddDays(1)));

        // A late first event may come before one that was dropped.
        windows = preview.Catalog.Observe(windows, component.Add(SimulatedPerson.Call("A", Preview.Now, Preview.Now.AddDays(1))));
        Assert.Equal([1], preview.Undecided(person, windows, Preview.Now.AddDays(1)));
    }

    private static SimulatedPerson Person(params (string Name, int SecondsAgo)[] events) =>
        Preview.WithEvents(events.Select(e => (e.Name, TimeSpan.FromSeconds(e.SecondsAgo), "{}")));
}
