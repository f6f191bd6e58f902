using System.Text.Json;
using CdpPipeline.Domain.Events;

namespace CdpPipeline.Domain.Segments;

/// <summary>Makes an aggregate's value of the events in its window, newest first.</summary>
internal sealed class AggregateTally(EventAggregate aggregate, int shownMax)
{
    private readonly HashSet<UInt128> values = [];
    private readonly List<StoredEvent> newest = [];
    private int count;
    private Int128 sum;
    private Int128 extreme;

    public void Add(StoredEvent stored, JsonElement properties)
    {
        if (aggregate.Property.Find(properties) is not { } value) return;
        if (aggregate.Function == AggregateFunction.Distinct)
        {
            if (ValueHash.Of(value) is not { } hash) return;
            count++;
            if (values.Add(hash)) Show(stored);
        }
        else if (Amount.Of(value) is { } amount)
        {
            Add(stored, amount);
        }
    }

    public EventEvidence Complete() => new(count, IsExact: true, newest)
    {
        Value = aggregate.Function switch
        {
            AggregateFunction.Distinct => values.Count,
            AggregateFunction.Sum => Amount.ToDecimal(sum),
            AggregateFunction.Average => Amount.Average(sum, count),
            _ => count == 0 ? null : Amount.ToDecimal(extreme),
        },
    };

    private void Add(StoredEvent stored, Int128 amount)
    {
        sum += amount;
        if (aggregate.Function is AggregateFunction.Sum or AggregateFunction.Average)
        {
            Show(stored);
        }
        else if (count == 0 || (aggregate.Function == AggregateFunction.Maximum ? amount > extreme : amount < extreme))
        {
            extreme = amount;
            newest.Clear();
            newest.Add(stored);
        }

        count++;
    }

    private void Show(StoredEvent stored)
    {
        if (newest.Count < shownMax) newest.Add(stored);
    }
}
