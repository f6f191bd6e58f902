using CdpPipeline.Domain.Schemas;

namespace CdpPipeline.Domain.Plans;

/// <summary>What is wrong with one event. No findings: its name is not planned.</summary>
/// <param name="Event">The event's name.</param>
/// <param name="IsBlocked">It is to be rejected.</param>
/// <param name="Findings">What is wrong with its properties, at most <see cref="SchemaLimits.FindingsMax"/>.</param>
public sealed record PlanVerdict(string Event, bool IsBlocked, IReadOnlyList<SchemaFinding> Findings)
{
    /// <summary>The field of the call at fault: <c>event</c>, or a place in the properties.</summary>
    public string Field => Findings.Count == 0 ? "event" : FieldOf(Findings[0]);

    /// <summary>Why, for whoever sent it.</summary>
    public string Reason => Findings.Count == 0 ? "event is not in the source's tracking plan" : $"{Field} {Findings[0]}";

    /// <summary>A finding's place in the call.</summary>
    public static string FieldOf(SchemaFinding finding) => finding.Path switch
    {
        "" => "properties",
        ['[', ..] => $"properties{finding.Path}",
        _ => $"properties.{finding.Path}",
    };
}
