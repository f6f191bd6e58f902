using System.Collections;
using System.Net;
using System.Text.RegularExpressions;
using CdpPipeline.Silo.Shells;

namespace CdpPipeline.Silo.Logs;

/// <summary>A line of Orleans' as it may be written: its words, and of its values numbers, instants, nodes, types and grains. Anything else may hold what a call was made with, and is left out.</summary>
internal sealed partial class ForeignLine : IReadOnlyList<KeyValuePair<string, object?>>
{
    private const string LeftOut = "…";
    private const string Template = "{OriginalFormat}";
    private const string NoWords = "(a line without a template is not written)";

    private readonly List<KeyValuePair<string, object?>> values = [];

    private ForeignLine(IEnumerable<KeyValuePair<string, object?>> given)
    {
        var template = NoWords;
        foreach (var (name, value) in given)
        {
            if (name == Template) template = value as string ?? NoWords;
            else values.Add(new(name, Shown(value)));
        }

        values.Add(new(Template, template));
        Text = Placeholder().Replace(template, match => $"{values.Find(value => value.Key == match.Groups[1].Value).Value ?? LeftOut}");
    }

    public string Text { get; }

    public int Count => values.Count;

    public KeyValuePair<string, object?> this[int index] => values[index];

    public static ForeignLine Of<TState>(TState state) => new(state as IEnumerable<KeyValuePair<string, object?>> ?? []);

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static object? Shown(object? value) => value switch
    {
        null => null,
        string => LeftOut,
        Exception exception => exception.GetType().FullName,
        GrainId grain => IsAlias(grain) ? $"{grain.Type}/{LeftOut}" : grain,
        SiloAddress or ActivationId or MembershipVersion or EndPoint or Type or Enum or TimeSpan or DateTime or DateTimeOffset or Guid => value,
        _ when value.GetType().IsPrimitive => value,
        _ => LeftOut,
    };

    // Those of an older build are called by the identifiers themselves; the digest could be found by trying out values.
    private static bool IsAlias(GrainId grain) => grain.Type.ToString() is { } type && (type == AliasShell.TypeName || type == AliasShell.FormerTypeName);

    [GeneratedRegex(@"\{([^{}:,]+)[^{}]*\}")]
    private static partial Regex Placeholder();
}
