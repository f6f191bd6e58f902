namespace CdpPipeline.Domain.ComputedTraits;

/// <summary>
/// What is made of the events that count, or of a property's values over them. Events are in order of their timestamps, then of their arrival.
/// </summary>
public enum TraitFunction
{
    /// <summary>How many events there are.</summary>
    Count,

    /// <summary>The sum of the numbers, exact.</summary>
    Sum,

    /// <summary>Their average, rounded to nine decimal places, the middle to even.</summary>
    Average,
    Minimum,
    Maximum,

    /// <summary>The oldest event's value.</summary>
    First,

    /// <summary>The newest event's value.</summary>
    Last,

    /// <summary>The value of most events; of several the one that came last.</summary>
    MostFrequent,

    /// <summary>The different values, the one that came last first; at most <see cref="ComputedTraitLimits.ListValuesMax"/>.</summary>
    UniqueList,

    /// <summary>How many different values there are.</summary>
    UniqueCount,
}

/// <summary>The spellings of the functions, and what they work on.</summary>
public static class TraitFunctions
{
    private static readonly string[] Names = ["count", "sum", "avg", "min", "max", "first", "last", "most_frequent", "unique_list", "unique_count"];

    /// <summary>All spellings, for messages.</summary>
    public static string Choice { get; } = string.Join(", ", Names);

    public static string Text(this TraitFunction function) => Names[(int)function];

    /// <summary>Null for an unknown spelling.</summary>
    public static TraitFunction? Parse(string? text) => Array.IndexOf(Names, text) is >= 0 and var at ? (TraitFunction)at : null;

    /// <summary>Whether the function is of numbers only.</summary>
    internal static bool IsOfAmounts(this TraitFunction function) =>
        function is TraitFunction.Sum or TraitFunction.Average or TraitFunction.Minimum or TraitFunction.Maximum;

    /// <summary>Whether the function needs the values themselves, and which event came first.</summary>
    internal static bool IsOfValues(this TraitFunction function) =>
        function is TraitFunction.First or TraitFunction.Last or TraitFunction.MostFrequent or TraitFunction.UniqueList;
}
