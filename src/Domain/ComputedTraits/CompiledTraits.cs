using System.Text;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Domain.ComputedTraits;

/// <summary>All computed traits of a catalog, made ready to be read. Immutable, thread-safe, pure.</summary>
public sealed class CompiledTraits
{
    private readonly (string Name, CompiledTrait Trait)[] traits;

    internal CompiledTraits(IEnumerable<(string Name, CompiledTrait Trait)> traits) => this.traits = [.. traits.OrderBy(each => each.Name, StringComparer.Ordinal)];

    public int Count => traits.Length;

    /// <summary>The numbers of all of them, as <see cref="SegmentCatalog.Replay"/> takes them.</summary>
    public IEnumerable<int> Numbers => traits.Select(each => each.Trait.Number).Distinct();

    /// <summary>The values for a person with these windows, which must know the catalog's conditions.</summary>
    public ComputedValues Of(WindowSet windows, IPerson person, DateTimeOffset now)
    {
        if (traits.Length == 0) return ComputedValues.None;
        var undecided = new List<int>();
        var moment = new Moment(person, windows, now.ToMicros()) { Undecided = undecided };
        var values = new List<KeyValuePair<string, ReadOnlyMemory<byte>?>>(traits.Length);
        var until = FlipTime.Never;
        foreach (var (name, trait) in traits)
        {
            if (!trait.Holds(moment, out _)) continue;
            var value = trait.ValueAt(moment);
            trait.Judge(moment, IsSame, out var flip);
            until = Math.Min(until, flip);
            values.Add(KeyValuePair.Create(name, value is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(value)));

            bool IsSame(string? other, long at, out long next)
            {
                next = FlipTime.Never;
                return other == value;
            }
        }

        return new ComputedValues(values, FlipTime.ToInstant(until)) { Undecided = undecided };
    }
}
