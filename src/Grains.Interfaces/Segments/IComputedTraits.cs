using CdpPipeline.Domain.ComputedTraits;

namespace CdpPipeline.Grains.Interfaces.Segments;

/// <summary>The definitions of computed traits, kept beside the segments that read them. A saved one is in force at once for whoever is looked at.</summary>
public interface IComputedTraits
{
    /// <summary>All of them, by name.</summary>
    Task<IReadOnlyList<ComputedTraitRecord>> ListTraitsAsync(CancellationToken cancellationToken);

    Task<ComputedTraitRecord?> GetTraitAsync(ComputedTraitId id, CancellationToken cancellationToken);

    /// <summary>Saves a new or changed definition, and begins a backfill of the segments that read a trait of this name.</summary>
    Task<SaveTraitAnswer> SaveTraitAsync(SaveTrait request, CancellationToken cancellationToken);

    /// <summary>Deletes the definition, unless a segment reads the trait.</summary>
    Task<DeleteTraitAnswer> DeleteTraitAsync(ComputedTraitId id, CancellationToken cancellationToken);
}

/// <summary>A computed trait to save; <paramref name="Id"/> null for a new one.</summary>
public sealed record SaveTrait(ComputedTraitId? Id, ComputedTrait Trait, string? Description);

/// <summary>A computed trait as saved.</summary>
public sealed record ComputedTraitRecord(ComputedTraitId Id, ComputedTrait Trait, string? Description, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>All segments that read it have been brought up to its definition. Its own value always is.</summary>
    public bool IsLive { get; init; } = true;
}

/// <summary>What became of a save: the trait, or why it is refused. Both null: the trait to change is not there.</summary>
public sealed record SaveTraitAnswer(ComputedTraitRecord? Saved, TraitRefusal? Refusal)
{
    /// <summary>For <see cref="TraitRefusal.InUse"/>: a segment that reads the trait by its former name.</summary>
    public SegmentRecord? UsedBy { get; init; }
}

/// <summary>Whether a computed trait was deleted; if a segment reads it, it was not.</summary>
public sealed record DeleteTraitAnswer(bool IsDeleted, SegmentRecord? UsedBy);

/// <summary>Why a computed trait is not saved.</summary>
public enum TraitRefusal
{
    /// <summary>Another one has the name.</summary>
    NameTaken = 1,

    /// <summary>There are <see cref="ComputedTraitLimits.TraitsMax"/> already.</summary>
    TooMany = 2,

    /// <summary>A segment reads it by the name that it would lose.</summary>
    InUse = 3,
}
