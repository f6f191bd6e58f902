using System.Globalization;
using System.Text;
using CdpPipeline.Domain.ComputedTraits;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Domain.Tests.Segments;

internal sealed partial class SegmentHistory
{
    private int componentsMade;

    private DateTimeOffset Timestamp() => random.Next(8) switch
    {
        0 => now,
        1 => now.AddSeconds(random.Next(1, 90)),
        2 => now.AddMinutes(-random.Next(120)),
        3 when person.Events.Any() => person.Events.Last().Timestamp,
        _ => now.AddSeconds(-random.Next(90)),
    };

    // Of one who is erased and suppressed nothing is taken, and of what is there already nothing again.
    private bool Arrive(Event e, long? erased = null)
    {
        if (e.MessageId is null) e = e with { MessageId = $"m{sent.Count}" };
        story.AppendLine(CultureInfo.InvariantCulture, $"event {e.MessageId} {e.Name} at {e.Timestamp - Start} {Encoding.UTF8.GetString(e.Properties.Span)}");
        var component = person.Components[random.Next(person.Components.Count)];
        var to = erased ?? component.Key;
        sent.Add((e, to));
        raw.Send(e.MessageId, to, [.. person.Components.Select(each => each.Key)]);
        if (suppressed.Contains(to) || person.Components.Exists(each => each.Messages.Contains(MessageHash.Of(e.MessageId)))) return false;
        component.Windows = catalog.Observe(component.Windows, component.Add(e));
        Assert.All(component.Windows.Entries.ToArray(), entry => Assert.InRange(Kept(entry), 0, Math.Max(itemsMax, 5)));
        if (random.Next(8) == 0) component.Windows = WindowSetFormat.Read(WindowSetFormat.Write(component.Windows));
        return true;
    }

    // Whoever has her names from then on is somebody new.
    private void Erase(bool suppresses)
    {
        story.AppendLine(suppresses ? "erase and suppress" : "erase");
        long[] gone = [.. person.Components.Select(component => component.Key)];
        raw.Erase(gone, suppresses);
        if (suppresses) suppressed.UnionWith(gone);
        person.Forget(now);
        person.Components.Add(NewComponent());
        state = MembershipState.None;
    }

    private SimulatedComponent NewComponent() => new(catalog.HighestCondition, ++componentsMade);

    private static int Kept(WindowSet.Entry entry) => entry.Times.Length + (entry.List switch
    {
        AmountList list => list.Items.Length,
        ValueTimes list => list.Items.Length,
        SequenceList list => list.Items.Length,
        TraitList list => list.Settled.Length + list.Items.Length,
        _ => 0,
    });
}
