using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Domain.Tests.Segments;

/// <summary>Judges a person by one filter through the very evaluator that keeps memberships.</summary>
internal static class Preview
{
    public static readonly DateTimeOffset Now = new(2024, 5, 1, 12, 0, 0, TimeSpan.Zero);

    public static SegmentNode Tree(string filter)
    {
        var tree = FilterReader.Read(SimulatedPerson.Json(filter), out var error);
        Assert.True(tree is not null, $"{filter}: {error}");
        return tree;
    }

    public static bool Matches(string filter, SimulatedPerson person, DateTimeOffset? at = null)
    {
        var preview = SegmentCatalog.Empty.ForPreview(Tree(filter));
        var windows = person.Entries.Aggregate(WindowSet.Empty(preview.Catalog.HighestCondition), preview.Catalog.Observe);
        return preview.Segment.Matches(person, windows, at ?? Now);
    }

    public static SimulatedPerson WithTrait(string? json)
    {
        var person = new SimulatedPerson();
        if (json is not null) person.Traits["x"] = SimulatedPerson.Json(json);
        return person;
    }

    /// <summary>A person with one component of track calls at these distances from now.</summary>
    public static SimulatedPerson WithEvents(params IEnumerable<(string Name, TimeSpan Ago, string Properties)> events)
    {
        var person = new SimulatedPerson { Components = { new SimulatedComponent(0) } };
        foreach (var (name, ago, properties) in events) person.Components[0].Add(SimulatedPerson.Call(name, Now - ago, Now, properties));
        return person;
    }
}
