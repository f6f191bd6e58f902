namespace CdpPipeline.Grains.Identities;

/// <summary>
/// Bounds the memory that profiles take besides what they are made of: the events of their timelines, over all people of a node. Beyond the
/// bound those not read for longest are dropped; the next to read one asks the store again. Safe for concurrent use.
/// </summary>
/// <param name="eventsMax">Events in all timelines together.</param>
public sealed class DrawnProfiles(int eventsMax)
{
    private readonly Lock changing = new();
    private readonly Queue<IdentityGrain> kept = new();
    private long events;

    /// <summary>Notes how many events a grain's timeline has by now.</summary>
    internal void Keep(IdentityGrain grain, int eventsNow)
    {
        lock (changing)
        {
            events += eventsNow - grain.EventsKept;
            grain.EventsKept = eventsNow;
            if (!grain.IsKept && eventsNow > 0)
            {
                grain.IsKept = true;
                kept.Enqueue(grain);
            }

            // Once around at most: whoever was read since the last time gets a second chance.
            for (var left = kept.Count; events > eventsMax && left > 1; left--) LetGoOf(kept.Dequeue());
        }
    }

    private void LetGoOf(IdentityGrain oldest)
    {
        if (oldest.TakeWasRead())
        {
            kept.Enqueue(oldest);
            return;
        }

        events -= oldest.EventsKept;
        oldest.EventsKept = 0;
        oldest.IsKept = false;
        oldest.DropProfile();
    }
}
