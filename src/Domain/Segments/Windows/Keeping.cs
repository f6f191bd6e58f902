using CdpPipeline.Domain.ComputedTraits;

namespace CdpPipeline.Domain.Segments;

/// <summary>
/// What windows keep of some events, for all conditions that ask about the same events and differ only in how they judge them: so many of the
/// newest (or, of those that count for ever, of the oldest), so far back in microseconds, for windows not shorter than so.
/// </summary>
public readonly record struct Keeping(int Number, int Enough, long Reach, long Length)
{
    /// <summary>The key under which conditions share what is kept.</summary>
    public static string KeyOf(EventCondition condition)
    {
        var asked = condition with { Count = EventCount.AtLeastOnce, Within = null, Between = null, Aggregate = WithoutJudgement(condition.Aggregate) };
        var window = EventWindow.Of(condition);

        // Times and values are cut as seen from the newer end of the window; sums and sequences are not.
        var isCutAtNewerEnd = condition is { Aggregate: null, Then: null } or { Aggregate.Function: AggregateFunction.Distinct };
        var span = window.From is null ? "ever" : isCutAtNewerEnd ? $"to {window.To}" : "window";
        return $"{FilterWriter.Text(asked)} {span}";
    }

    /// <summary>Computed traits share nothing but with their like: what they keep hangs on the function.</summary>
    public static string KeyOf(TraitComputation computation) => computation.ToText();

    /// <summary>What a computed trait needs; it has no number yet.</summary>
    public static Keeping For(TraitComputation computation) => For(computation.Events) with { Enough = 0 };

    /// <summary>What one condition needs; it has no number yet.</summary>
    public static Keeping For(EventCondition condition)
    {
        var window = EventWindow.Of(condition);
        var enough = condition switch
        {
            { Aggregate: { Function: AggregateFunction.Distinct } distinct } => new EventCount(distinct.Operator, (int)distinct.Value).Deciding,
            { Aggregate: not null } => 0,
            _ => condition.Count.Deciding,
        };
        return new Keeping(0, enough, window.From ?? 0, window.From is { } from ? from - window.To : 0);
    }

    /// <summary>Whether this is enough for whoever needs the other.</summary>
    public bool Serves(Keeping need) => Enough >= need.Enough && Reach >= need.Reach && Length <= need.Length;

    /// <summary>Enough for both.</summary>
    public Keeping With(Keeping other) => this with { Enough = Math.Max(Enough, other.Enough), Reach = Math.Max(Reach, other.Reach), Length = Math.Min(Length, other.Length) };

    private static EventAggregate? WithoutJudgement(EventAggregate? aggregate) => aggregate is null ? null : aggregate with
    {
        Function = aggregate.Function == AggregateFunction.Average ? AggregateFunction.Sum : aggregate.Function,
        Operator = CountOperator.Equal,
        Value = 0,
    };
}
