using CdpPipeline.Domain.Events;

namespace CdpPipeline.Domain.Segments;

/// <summary>Which events a condition, or a step of it, is about: by name, and by what their properties must satisfy.</summary>
internal sealed class EventTest(string name, ValueList<PropertyCondition> where)
{
    private readonly (PropertyPath Path, FieldTest Test)[] tests =
        [.. where.Select(each => (each.Property, FieldTest.Compile(FieldType.Any, each.Operator, each.Value)))];

    /// <summary>The name, or <c>*</c>.</summary>
    public string Event => name;

    public bool IsNamed(string? actual) => actual is not null && (name == EventCondition.AnyEvent || name == actual);

    /// <summary>Whether the properties of an event of that time satisfy all conditions. The name is not looked at.</summary>
    public bool Holds(Event e, ref EventProperties properties, long time)
    {
        foreach (var (path, test) in tests)
        {
            if (!test.Holds(properties.ValueOf(e, path), time, out _)) return false;
        }

        return true;
    }
}
