namespace CdpPipeline.Api.Plans;

/// <summary>The violations of one source while they are added up. Bounded: of pairs of event and rule beyond the limit only the number is kept.</summary>
internal sealed class OpenViolations
{
    /// <summary>Pairs of event and rule that are told apart.</summary>
    public const int PairsMax = 200;

    private readonly Dictionary<(string Event, string Rule), Violation> all = [];
    private long dropped;

    public void Add(Violation violation)
    {
        var pair = (violation.Event, violation.Rule);
        if (all.TryGetValue(pair, out var known)) all[pair] = known.With(violation);
        else if (all.Count < PairsMax) all.Add(pair, violation);
        else dropped += violation.Count;
    }

    public OpenViolations Add(SourceViolations more)
    {
        dropped += more.Dropped;
        foreach (var violation in more.Violations) Add(violation);
        return this;
    }

    public SourceViolations ToViolations() => new([.. all.Values], dropped);
}
