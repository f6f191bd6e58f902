using CdpPipeline.Domain.Events;

namespace CdpPipeline.Domain.Segments;

/// <summary>Finds the sequences among a person's events, which are added newest first.</summary>
internal sealed class SequenceTally
{
    private readonly EventTest[] steps;
    private readonly SequenceShape shape;
    private readonly List<(StepItem Item, StoredEvent Stored)> found = [];

    public SequenceTally(EventCondition condition) => (steps, shape) = Sequences.Compile(condition);

    public void Add(StoredEvent stored, ref EventProperties properties)
    {
        var item = Sequences.Read(steps, stored.Event, stored.Id, ref properties);
        if (item.Steps != 0) found.Add((item, stored));
    }

    /// <summary>The first events in the window that were followed by now, as many as are shown with those that followed them.</summary>
    public EventEvidence Complete(EventWindow window, long now, int shownMax)
    {
        found.Sort((a, b) => a.Item.CompareTo(b.Item));
        StepItem[] items = [.. found.Select(each => each.Item)];
        var completed = new long[items.Length];
        shape.Complete(items, completed);
        var count = 0;
        List<StoredEvent> newest = [];
        List<IReadOnlyList<StoredEvent>> followers = [];
        for (var i = items.Length - 1; i >= 0; i--)
        {
            if (completed[i] > now || window.Enter(items[i].Time) > now || window.Exit(items[i].Time) <= now) continue;
            if (++count > shownMax) continue;
            newest.Add(found[i].Stored);
            followers.Add([.. shape.Follow(items, i, completed[i]).Skip(1).Select(follower => found[follower].Stored)]);
        }

        return new EventEvidence(count, IsExact: true, newest) { Followers = followers };
    }
}
