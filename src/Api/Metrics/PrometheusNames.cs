using System.Globalization;
using System.Text;

namespace CdpPipeline.Api.Metrics;

/// <summary>
/// Names and labels as OpenTelemetry's rules for Prometheus spell them: dots become underscores, the unit is written out at the end, and a
/// counter ends in <c>_total</c>. Pure.
/// </summary>
internal static class PrometheusNames
{
    public static string Of(string name, string? unit, MetricKind kind)
    {
        var spelled = Spelled(name);
        var suffix = unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "",
        };
        if (!spelled.EndsWith(suffix, StringComparison.Ordinal)) spelled += suffix;
        return kind == MetricKind.Counter && !spelled.EndsWith("_total", StringComparison.Ordinal) ? spelled + "_total" : spelled;
    }

    /// <summary>The labels in the order of their names, values escaped, without braces. One without a value is left out.</summary>
    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in tags.ToArray().OrderBy(tag => tag.Key, StringComparer.Ordinal))
        {
            var shown = value is bool flag ? (flag ? "true" : "false") : Convert.ToString(value, CultureInfo.InvariantCulture);
            if (string.IsNullOrEmpty(shown)) continue;
            if (text.Length > 0) text.Append(',');
            text.Append(Spelled(name)).Append("=\"").Append(Escaped(shown)).Append('"');
        }

        return text.ToString();
    }

    public static string EscapedHelp(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Escaped(string value) => EscapedHelp(value).Replace("\"", "\\\"", StringComparison.Ordinal);

    private static string Spelled(string name) =>
        string.Create(name.Length, name, static (spelled, name) =>
        {
            for (var i = 0; i < spelled.Length; i++)
            {
                var isPlain = char.IsAsciiLetter(name[i]) || (i > 0 && char.IsAsciiDigit(name[i]));
                spelled[i] = isPlain ? name[i] : '_';
            }
        });
}
