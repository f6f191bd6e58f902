using CdpPipeline.Domain.Plans;

namespace CdpPipeline.Api.Plans;

/// <summary>
/// The violations that this process has seen and not yet stored, of a source at most <see cref="OpenViolations.PairsMax"/> pairs of event and rule. Safe for
/// concurrent use.
/// </summary>
internal sealed class ViolationCounts(TimeProvider clock)
{
    /// <summary>Longest place that a sample shows, in UTF-16 characters.</summary>
    public const int FieldLengthMax = 256;

    private const int SourcesMax = 1_000;

    private readonly Lock changing = new();
    private Dictionary<string, OpenViolations> bySource = new(StringComparer.Ordinal);

    public void Note(string source, PlanVerdict verdict)
    {
        var at = clock.GetUtcNow();
        lock (changing)
        {
            if (Of(source) is not { } open) return;
            if (verdict.Findings.Count == 0) open.Add(new Violation(verdict.Event, "", "is not in the plan", 1, at, at, [new ViolationSample(at, verdict.Field, "an event")]));
            foreach (var finding in verdict.Findings.DistinctBy(finding => finding.SchemaPath))
                open.Add(new Violation(verdict.Event, finding.SchemaPath, finding.Expected, 1, at, at, [new ViolationSample(at, Cut(PlanVerdict.FieldOf(finding)), finding.Found)]));
        }
    }

    /// <summary>Adds what could not be stored.</summary>
    public void Add(string source, SourceViolations more)
    {
        lock (changing) Of(source)?.Add(more);
    }

    /// <summary>Everything, by source; from now on there is nothing.</summary>
    public IReadOnlyDictionary<string, SourceViolations> Take()
    {
        lock (changing)
        {
            var taken = bySource.ToDictionary(each => each.Key, each => each.Value.ToViolations(), StringComparer.Ordinal);
            if (taken.Count > 0) bySource = new(StringComparer.Ordinal);
            return taken;
        }
    }

    private OpenViolations? Of(string source)
    {
        if (bySource.TryGetValue(source, out var known)) return known;
        if (bySource.Count == SourcesMax) return null;
        bySource.Add(source, known = new OpenViolations());
        return known;
    }

    private static string Cut(string field) => field.Length <= FieldLengthMax ? field : field[..(char.IsHighSurrogate(field[FieldLengthMax - 2]) ? FieldLengthMax - 2 : FieldLengthMax - 1)] + "…";
}
