using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Domain.ComputedTraits;

/// <summary>A trait that is worked out from a person's events, and stands among her traits by its name. Immutable, compared by value.</summary>
public sealed record ComputedTrait(string Name, TraitComputation Computation);

/// <summary>
/// A function of a property over the events of a name that satisfy conditions, ever or in a window. <paramref name="Events"/> says only which
/// events count; <paramref name="Property"/> is null exactly for a count.
/// </summary>
public sealed record TraitComputation(TraitFunction Function, EventCondition Events, PropertyPath? Property)
{
    /// <summary>A canonical text: equal computations, and no event condition, have the same.</summary>
    public string ToText() => ComputedTraitWriter.Text(this);
}
